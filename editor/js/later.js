/**
 * The modules beside `py-editor.js` that are fetched when they are first needed.
 * Not here: what they do.
 */

/** @param {string} name @returns {Promise<any>} */
export const later = (name) => import(new URL(name, import.meta.url).href);
