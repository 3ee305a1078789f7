// The service worker that stands in for shared memory: a worker's request waits here
// until the page has answered. It is coincident's, and asks the page again and again.
//
// A question travels by a BroadcastChannel, what it is about by a MessagePort, and
// coincident's page forgets a question that comes first. WebKit keeps no order
// between the two (about one in ten comes too early), nor does any standard.
//
// Not here: the page's and the worker's half (page.js, pyscript/access.js).

import { activate, fetch, install } from 'coincident/sw/listeners';

/** Milliseconds until the first repetition; each takes twice as long. Answers come within a few. */
const PATIENCE = 20;

addEventListener('activate', activate);
addEventListener('install', install);
addEventListener('fetch', (/** @type {any} */ event) => {
  const answer = ask(event.request);
  if (!answer) return;
  event.stopImmediatePropagation();
  event.respondWith(repeatedly(event.request, [answer]));
});

/** Asks the page, where the request is a worker's question. @param {Request} request */
function ask(request) {
  const { method, url } = request;
  /** @type {Promise<Response> | null} */
  let answer = null;
  fetch({
    // A body can be read once; those of other requests are left alone.
    request: { method, url, json: () => request.clone().json() },
    stopImmediatePropagation() {},
    respondWith(promise) {
      answer = promise;
    },
  });
  return /** @type {Promise<Response> | null} */ (answer);
}

/** @param {Request} request @param {(Promise<Response> | null)[]} answers */
async function repeatedly(request, answers) {
  for (let wait = PATIENCE; ; wait *= 2) {
    const late = new Promise((resolve) => setTimeout(resolve, wait, null));
    const first = await Promise.race([...answers, late]);
    if (first) return first;
    answers.push(ask(request));
  }
}
