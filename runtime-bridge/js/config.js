// From the text of a `config` attribute to a plan: fetches what the planner in
// Rust asks for and hands it back. Loaded by the page when an editor with a
// configuration first runs; its wasm lies beside it.
//
// Not here: what a configuration means (the crate `runtime-config`), and
// performing the plan (plan.js, in the worker).

import init, { Planning } from 'glue';
import assets from 'assets';

/**
 * What a worker has to do before the first program runs; URLs are absolute. The
 * object that `Plan::to_json` writes.
 * @typedef {{
 *   interpreter: string | null, version: string | null,
 *   packages: string[], auto_packages: boolean, index_urls: string[],
 *   package_base_url: string | null, packages_cache: string | null, debug: boolean,
 *   files: FileEntry[], js_modules: { main: ModuleEntry[], worker: ModuleEntry[] },
 *   sync_main_only: boolean, create_proxy_auto: boolean, ffi_timeout: number,
 *   values: Record<string, unknown>, warnings: string[],
 * }} Plan
 *
 * @typedef {{ key: string, url: string, path: string, unpack: boolean }} FileEntry
 * @typedef {{ key: string, url: string, name: string }} ModuleEntry
 */

/** @type {Promise<unknown> | undefined} */
let started;

/**
 * @param {string} text the attribute: JSON, TOML, or the URL of either
 * @param {{ page: string | URL, interpreter: 'Pyodide' | 'MicroPython' }} about
 * @returns {Promise<Plan>} rejects with whole sentences that name the key and the place
 */
export async function plan(text, { page, interpreter }) {
  started ??= init({ module_or_path: new URL('config.wasm', import.meta.url) });
  await started.catch((error) => {
    started = undefined;
    throw new Error(
      `config: ${new URL('config.wasm', import.meta.url)} could not be loaded (${error.message}). Copy the whole folder of py-editor to the server.`,
    );
  });
  const version = assets.interpreters[interpreter.toLowerCase()]?.version ?? '';
  const planning = new Planning(text, String(page), interpreter, version);
  try {
    for (let urls = planning.needed(); urls.length > 0; urls = planning.needed()) {
      await Promise.all(urls.map((url) => answer(planning, url)));
    }
    return JSON.parse(planning.plan() ?? '{}');
  } finally {
    planning.free();
  }
}

/** @param {Planning} planning @param {string} url */
async function answer(planning, url) {
  try {
    const response = await fetch(url);
    if (!response.ok) planning.refused(url, response.status);
    else planning.text(url, response.headers.get('content-type') ?? '', await response.text());
  } catch (/** @type {any} */ error) {
    planning.nothing(url, error.message);
  }
}
