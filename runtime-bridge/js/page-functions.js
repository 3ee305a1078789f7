// The functions on `sync` that every worker with page access finds at the page,
// with the names and meanings they have in PyScript.
//
// Not here: functions of the page's author.

import IDBMap from '@webreflection/idb-map';

import { explain } from './modules.js';
import { FOLDERS, KIND_KEYS, KIND_OF, PAGE_IMPORT, REFUSED } from './names.js';

/** Modules imported for workers, where a worker's `window` finds them. */
const MODULES = Symbol.for('py-editor.js_modules');

/** @returns {{ offered: Record<string, Function>, unstuck(): void }} the second tells a program that asks */
export function pageFunctions() {
  let isStuck = false;
  const offered = {
    is_pyterminal: () => false,
    sleep: (/** @type {number} */ seconds) => new Promise((done) => setTimeout(done, seconds * 1000)),
    importJS,
    importCSS,
    isStuck: () => isStuck,
    notStuck: () => void (isStuck = false),
    getFSHandler: async (/** @type {object} */ options) => void (await pickFolder(options)),
    storeFSHandler,
    deleteFSHandler,
  };
  return { offered, unstuck: () => void (isStuck = true) };
}

/** What `Kind` in remote.js wants to know of an object, as text: text travels by value. @param {any} object */
function kindOf(object) {
  const isThere = (/** @type {string | symbol} */ key) => key in Object(object);
  const types = KIND_KEYS.map((key) => (isThere(key) ? typeof object[key] : ''));
  const made = types[1] === 'function' ? object.constructor.name : '';
  return JSON.stringify({ types, tag: String(object[Symbol.toStringTag] ?? ''), made: String(made) });
}
// Reachable for workers, and in nobody's way.
Object.defineProperty(window, KIND_OF, { value: kindOf, configurable: true });
Object.defineProperty(window, PAGE_IMPORT, { value: pageImport, configurable: true });

/** `js_import`: modules as the page itself would import them. @param {string[]} urls */
function pageImport(...urls) {
  const absolute = (/** @type {string} */ url) => (/^\.{0,2}\//.test(url) ? new URL(url, document.baseURI).href : url);
  return Promise.all(urls.map((url) => import(absolute(url))));
}

/** @param {string} url @param {string} name */
async function importJS(url, name) {
  const page = /** @type {any} */ (window);
  page[MODULES] ??= new Map();
  const module = await import(url).catch(async (error) => {
    throw new Error(await explain(url, error));
  });
  // Two files may share a name.
  page[MODULES].set(name, { ...page[MODULES].get(name), ...module });
}

/** @param {string} href */
function importCSS(href) {
  const url = new URL(href, document.baseURI).href;
  const isThere = [...document.styleSheets].some((sheet) => sheet.href === url);
  if (isThere) return undefined;
  return new Promise((done, failed) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url });
    link.onload = () => done(undefined);
    link.onerror = () => failed(new Error(`The style sheet ${url} cannot be loaded.`));
    document.head.append(link);
  });
}

/**
 * Asks for a folder of the reader's machine and remembers it, for `pyscript.fs`.
 * @param {string} key @param {object} options
 */
async function storeFSHandler(key, options = {}) {
  const folders = new IDBMap(FOLDERS);
  if (await folders.has(key)) return true;
  const handler = await pickFolder(options).catch(() => null);
  if (!handler) return false;
  await folders.set(key, { handler, options });
  return true;
}

/** @param {string} key */
async function deleteFSHandler(key) {
  const folders = new IDBMap(FOLDERS);
  const was = await folders.has(key);
  if (was) await folders.delete(key);
  return was;
}

/** The browser wants a click for this; a dialogue asks for one where there was none. @param {object} options */
async function pickFolder(options) {
  const { showDirectoryPicker } = /** @type {any} */ (window);
  if (!showDirectoryPicker) throw new Error('This browser cannot open folders: showDirectoryPicker is not supported.');
  if (!navigator.userActivation?.isActive) await consent();
  const folder = await showDirectoryPicker({ id: 'pyscript', mode: 'readwrite', ...options });
  if ((await folder.requestPermission(options)) !== 'granted') throw new Error(REFUSED);
  return folder;
}

/** @returns {Promise<void>} */
function consent() {
  const dialog = document.createElement('dialog');
  const text = Object.assign(document.createElement('p'), { textContent: 'The program asks for a folder of this computer.' });
  const button = (/** @type {string} */ words) => Object.assign(document.createElement('button'), { textContent: words });
  const [allow, refuse] = [button('Choose a folder …'), button('Refuse')];
  dialog.append(text, allow, refuse);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done, failed) => {
    allow.onclick = () => (done(), dialog.close());
    refuse.onclick = () => dialog.close();
    dialog.onclose = () => (dialog.remove(), failed(new Error(REFUSED)));
  });
}
