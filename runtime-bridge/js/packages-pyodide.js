// Packages on Pyodide: those of its lock file through its own loader, all others
// through micropip, whose wheel lies beside the interpreter.
//
// The loader only logs what it cannot fetch, so what should be there afterwards
// is looked at.
//
// Not here: what micropip is told (packages-pyodide.py).

import { refusal, whyNothing } from './fetching.js';
import source from './packages-pyodide.py';

/** @typedef {import('./worker.js').Running} Running @typedef {import('./config.js').Plan} Plan @typedef {import('./plan.js').Report} Report */

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** @param {Running} running @param {Plan} plan */
export async function prepare({ python }, plan) {
  if (plan.debug) python.setDebug(true);
  locate(python, plan.package_base_url);
}

/**
 * @param {Running} running @param {Plan} plan @param {Report} report
 * @returns {Promise<string[]>} sentences about what could not be installed
 */
export async function install(running, { packages, index_urls }, report) {
  if (packages.length === 0) return [];
  // An index of one's own goes before the lock file, as with micropip.
  const isLocked = (/** @type {string} */ name) => index_urls.length === 0 && NAME.test(name) && normal(name) in running.python.lockfile.packages;
  const others = packages.filter((name) => !isLocked(name));
  const locked = packages.filter(isLocked);
  const failures = await load(running.python, locked, report);
  if (others.length === 0) return failures;
  return [...failures, ...(await installOthers(running, others, index_urls, report))];
}

/**
 * @param {Running} running @param {Plan | undefined} plan @param {string} code @param {Report} report
 * @returns {Promise<string[]>}
 */
export async function beforeRun({ python }, plan, code, report) {
  if (!plan) locate(python, null);
  const wanted = imported(python, code);
  const names = plan?.auto_packages ? wanted : wanted.filter((name) => name === 'micropip');
  return load(python, names, report);
}

/**
 * Packages of the lock file that a program imports and that are not there. A
 * program that cannot be parsed imports nothing: its own error comes when it runs.
 * @param {any} python @param {string} code @returns {string[]}
 */
function imported(python, code) {
  const find = python.pyimport('pyodide.code').find_imports;
  const found = find(code);
  const modules = new Set(found.toJs());
  found.destroy();
  find.destroy();
  const packages = Object.values(python.lockfile.packages);
  const wanted = packages.filter(({ imports = [] }) => imports.some((/** @type {string} */ name) => modules.has(name)));
  return wanted.map(({ name }) => name).filter((name) => !(name in python.loadedPackages));
}

/** As the lock file names packages. @param {string} name */
const normal = (name) => name.toLowerCase().replace(/[-_.]+/g, '-');

/**
 * Gives every wheel of the lock file its whole address: in the folder that the
 * configuration names, else where the lock file came from.
 * @param {any} python @param {string | null} base
 */
function locate(python, base) {
  const folder = base ?? python.lockfileBaseUrl ?? python._api.config.indexURL;
  for (const about of Object.values(python.lockfile.packages)) about.file_name = new URL(about.file_name, folder).href;
}

/**
 * @param {any} python @param {string[]} names of the lock file @param {Report} report
 * @param {(names: string[], options: object) => Promise<unknown>} [loadPackage] Pyodide's own
 * @returns {Promise<string[]>}
 */
async function load(python, names, report, loadPackage = python.loadPackage) {
  if (names.length === 0) return [];
  /** @type {Set<string>} */
  const needed = new Set();
  names.forEach((name) => gather(python.lockfile.packages, normal(name), needed));
  const isMissing = (/** @type {string} */ name) => !(python.lockfile.packages[name].name in python.loadedPackages);
  const missing = [...needed].filter(isMissing);
  if (missing.length === 0) return [];
  report(`package ${missing.join(', ')}`);
  /** @type {string[]} */
  const said = [];
  const messageCallback = () => {};
  const errorCallback = (/** @type {string} */ text) => said.push(text);
  await loadPackage(names, { messageCallback, errorCallback }).catch((/** @type {any} */ error) => said.push(error.message));
  return Promise.all(missing.filter(isMissing).map((name) => whyNot(python, name, said.join(' '))));
}

/** A package with all that it depends on. @param {Record<string, any>} packages @param {string} name @param {Set<string>} found */
function gather(packages, name, found) {
  if (found.has(name) || !(name in packages)) return;
  found.add(name);
  packages[name].depends.forEach((/** @type {string} */ other) => gather(packages, normal(other), found));
}

/** @param {any} python @param {string} name @param {string} said by the loader @returns {Promise<string>} */
async function whyNot(python, name, said) {
  const { file_name: url, sha256 } = python.lockfile.packages[name];
  const start = `packages: ${name} is part of the Pyodide distribution, but its wheel could not be had.`;
  const answer = await fetch(url).catch((/** @type {any} */ error) => error);
  if (!(answer instanceof Response)) return `${start} ${await whyNothing(url, answer)}`;
  if (answer.ok) return `${start} ${await whyRefused(url, answer, sha256, said)}`;
  return `${start} ${refusal(url, answer.status)} Put the wheel there, or name the folder where the wheels of Pyodide ${python.version} are with the key package_base_url.`;
}

/**
 * A browser that refuses a file for its hash only says that it failed. Where it
 * has no hashes to give (a page without https), that is left as the likely cause.
 * @param {string} url @param {Response} response @param {string} expected in hexadecimal @param {string} said by the loader
 */
async function whyRefused(url, response, expected, said) {
  const advice = `Put Pyodide's own file there, unchanged.`;
  const bytes = await response.arrayBuffer().catch(() => undefined);
  if (!bytes || !self.crypto.subtle) return `${url} is there but cannot be used (${said}), probably because its hash is not that of Pyodide's own. ${advice}`;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const found = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found === expected) return `${url} is there but cannot be used: ${said}`;
  return `${url} is another file than Pyodide's: its hash differs (SHA-256 ${found} instead of ${expected}). ${advice}`;
}

/**
 * @param {Running} running @param {string[]} packages @param {string[]} indexUrls @param {Report} report
 * @returns {Promise<string[]>}
 */
async function installOthers(running, packages, indexUrls, report) {
  const failures = await load(running.python, ['micropip'], report);
  if (failures.length > 0) return failures;
  report(`package ${packages.map((name) => name.split('/').at(-1)).join(', ')}`);
  const bridge = { packages, index_urls: indexUrls, install: /** @type {any} */ (null) };
  running.register('_py_editor_packages', bridge);
  const quiet = running.python.loadPackage;
  /** What micropip wanted of the lock file and did not get. @type {string[]} */
  const unloaded = [];
  // micropip keeps the loader that it finds when it is first imported: now.
  running.python.loadPackage = async (/** @type {string[]} */ names) => {
    unloaded.push(...(await load(running.python, [...names], report, quiet)));
    if (unloaded.length > 0) throw new Error(unloaded.join('\n'));
  };
  try {
    running.execute(source);
    const said = await bridge.install();
    if (unloaded.length > 0) return unloaded;
    return said ? [`packages: ${said}`] : [];
  } finally {
    running.python.loadPackage = quiet;
    bridge.install?.destroy();
    running.python.unregisterJsModule('_py_editor_packages');
  }
}
