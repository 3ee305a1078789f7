// Packages on MicroPython: wheels are unpacked, all else is `mip`'s.
//
// `mip` is called by programs too and gives what it installed at once, so it
// fetches synchronously; and no function here throws through Python, where
// nothing could catch it.
//
// Not here: what a package consists of (mip.py).

import { unpack } from './archives.js';
import { get, refusal } from './fetching.js';
import { write } from './files.js';
import mip from './mip.py';
import source from './packages-micropython.py';

/** @typedef {import('./worker.js').Running} Running @typedef {import('./config.js').Plan} Plan @typedef {import('./plan.js').Report} Report */

const FILE = '/lib/mip.py';
const NAMES_MIP = /\bmip\b/;

/** @param {Running} running @param {Plan} plan */
export async function prepare(running, plan) {
  provide(running, plan.index_urls[0] ?? null);
}

/**
 * @param {Running} running @param {Plan} plan @param {Report} report
 * @returns {Promise<string[]>} sentences about what could not be installed
 */
export async function install(running, { packages }, report) {
  const failures = [];
  for (const entry of packages) {
    report(`package ${entry.split('/').at(-1)}`);
    const words = await installOne(running, entry);
    if (words) failures.push(`packages: ${words}`);
  }
  return failures;
}

/**
 * @param {Running} running @param {Plan | undefined} plan @param {string} code
 * @returns {Promise<string[]>}
 */
export async function beforeRun(running, plan, code) {
  if (!plan && NAMES_MIP.test(code)) provide(running, null);
  return [];
}

/** @param {Running} running @param {string | null} index where names are looked up, instead of MicroPython's own */
function provide(running, index) {
  if (running.FS.analyzePath(FILE).exists) return;
  write(running.FS, FILE, new TextEncoder().encode(mip));
  running.register('_py_editor_mip', {
    index,
    get: (/** @type {string} */ url) => answer(url, (bytes) => new TextDecoder().decode(bytes)),
    save: (/** @type {string} */ url, /** @type {string} */ path) => answer(url, (bytes) => (write(running.FS, path, bytes), '')),
  });
}

/**
 * What a server answers, with a status of 0 when it cannot be had or used.
 * @param {string} url @param {(bytes: Uint8Array) => string} use
 */
function answer(url, use) {
  const request = new XMLHttpRequest();
  try {
    request.open('GET', url, false);
    request.responseType = 'arraybuffer';
    request.send();
    if (request.status !== 200) return { status: request.status, text: refusal(url, request.status) };
    return { status: 200, text: use(new Uint8Array(request.response)) };
  } catch (/** @type {any} */ error) {
    return { status: 0, text: `${error.message}. Either there is no network, or that server does not allow this page to read it (CORS).` };
  }
}

/** @param {Running} running @param {string} entry @returns {Promise<string>} empty when it is installed */
async function installOne(running, entry) {
  if (/\.whl($|[?#])/.test(entry)) return installWheel(running.FS, entry);
  const bridge = { entry, said: '' };
  running.register('_py_editor_packages', bridge);
  running.execute(source);
  return bridge.said;
}

/** @param {any} FS @param {string} url @returns {Promise<string>} */
async function installWheel(FS, url) {
  try {
    for (const { path, bytes } of await unpack(await get(url), url)) if (bytes) write(FS, path, bytes);
    return '';
  } catch (/** @type {any} */ error) {
    return error.message;
  }
}
