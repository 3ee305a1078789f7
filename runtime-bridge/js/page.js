// How the page opens a worker. Loaded with the first run.
//
// Not here: what travels; which worker is opened when.

/**
 * @param {string} url of the worker's script
 * @param {string} name shown by the browser's tools
 * @param {{ page: 'full' | 'none', serviceWorker: string | null, onDeadlock(text: string): void }} _options
 * @returns {Worker}
 */
export function openWorker(url, name, _options) {
  return new Worker(url, { type: 'module', name });
}
