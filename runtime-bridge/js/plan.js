// Performs a plan in the worker: everything that a configuration wants done
// between an interpreter's start and its first program. A chunk of its own,
// loaded by worker.js when there is a plan or a program that installs packages.
//
// A failure does not keep the rest from being tried: at the end all of them are
// told at once, each with its key and its URL.
//
// Not here: what a configuration means (the crate `runtime-config`), the
// `pyscript` package (it reads `plan.values` and `plan.js_modules`).

import { putFiles } from './files.js';
import { importModules } from './modules.js';
import * as micropython from './packages-micropython.js';
import * as pyodide from './packages-pyodide.js';

/**
 * @typedef {import('./config.js').Plan} Plan
 * @typedef {import('./worker.js').Running} Running
 *
 * Tells what is being fetched or installed; bytes are 0 where they are not known.
 * @typedef {(label: string, loadedBytes?: number, totalBytes?: number) => void} Report
 */

const INSTALLERS = { pyodide, micropython };

/**
 * @param {Running} running @param {Plan} plan @param {Report} report
 * @returns {Promise<void>} rejects with a sentence for each thing that failed
 */
export async function performPlan(running, plan, report) {
  const installer = INSTALLERS[running.kind];
  await installer.prepare(running, plan);
  const failures = [
    ...(await putFiles(running.FS, plan.files, report)),
    ...(await importModules(plan.js_modules.worker)),
    ...(await installer.install(running, plan, report)),
  ];
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/**
 * What a program needs before it runs: the installers themselves if it names
 * them, and with `packages = "auto"` what it imports.
 * @param {Running} running @param {Plan | undefined} plan @param {string} code @param {Report} report
 * @returns {Promise<void>} rejects as `performPlan` does
 */
export async function beforeRun(running, plan, code, report) {
  const failures = await INSTALLERS[running.kind].beforeRun(running, plan, code, report);
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
