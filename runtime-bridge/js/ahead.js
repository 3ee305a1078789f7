// A worker that is opened before anybody can give it work: what does so (`run.wasm`)
// is still on its way, and a browser takes as long for a worker as for that.
//
// Not here: how workers are opened otherwise, and what they do (worker.rs).

/** @type {Worker | undefined} */
let ahead;

/** Opens one, unless there is one. @param {string} url @param {string} name */
export function openAhead(url, name) {
  if (ahead) return;
  try {
    ahead = new Worker(url, { type: 'module', name });
    // Whoever opens the next one tells why it cannot be had.
    ahead.onerror = closeAhead;
  } catch {
    // The script lies elsewhere, which takes one of the page's origin around it.
  }
}

/** Gives it away. @returns {Worker | undefined} */
export function takeAhead() {
  const worker = ahead;
  ahead = undefined;
  return worker;
}

/** Nobody wants it. */
export function closeAhead() {
  takeAhead()?.terminate();
}
