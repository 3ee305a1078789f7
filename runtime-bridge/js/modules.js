// `js_modules.worker`: imported at the start, so that a module that cannot be
// imported is told then, with the reason. Whoever imports one of these URLs
// later gets the very same module from the browser.
//
// Not here: the names of modules in Python. Modules of the page are imported in
// page-functions.js, which takes `explain` from here.

import { refusal, whyNothing } from './fetching.js';

/**
 * @param {import('./config.js').ModuleEntry[]} entries
 * @returns {Promise<string[]>} a sentence for each that failed
 */
export async function importModules(entries) {
  const results = await Promise.all(entries.map(({ key, url }) => failure(url).then((words) => words && `${key}: ${words}`)));
  return results.filter((words) => words !== '');
}

/** @param {string} url @returns {Promise<string>} empty when it could be imported */
async function failure(url) {
  if (new URL(url).pathname.endsWith('.css')) {
    return `A worker has no page to style, so ${url} cannot be used there. Move it to js_modules.main.`;
  }
  try {
    await import(url);
    return '';
  } catch (error) {
    return explain(url, error);
  }
}

/**
 * Why a module could not be imported. The browser says it of a missing file, too,
 * but not the status.
 * @param {string} url @param {any} error what `import` threw
 */
export async function explain(url, error) {
  const said = `${url} could not be imported: ${error?.message ?? error}`;
  if (error?.name === 'TypeError' && /import|fetch|module script|MIME/i.test(String(error.message))) {
    const answer = await fetch(url).catch((/** @type {any} */ reason) => reason);
    if (!(answer instanceof Response)) return whyNothing(url, answer);
    if (!answer.ok) return refusal(url, answer.status);
    return `${said}. Check that the modules which it imports are there, and that the server sends it as JavaScript (text/javascript).`;
  }
  return `${said}. It is not written as a standard JavaScript module (ESM), or something it imports is not. Use the library's ESM build (often a file ending in .mjs), a CDN that converts to ESM, or write \`export\` before what Python is to have.`;
}
