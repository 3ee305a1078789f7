// The page's half of page access: a worker whose program can use `window`,
// `document` and functions on `sync`, built on coincident.
//
// Loaded with the first worker. What crosses: `page` (an operation on an object
// of the page, asked for by the worker), `callback` (a function of the program,
// called by the page), `sync` (functions by name, both ways).
//
// Not here: who may call whom when (turns.js), what programs get (pyscript.js).

import coincident from 'coincident/main';
import { encoder } from 'reflected-ffi/encoder';
import local from 'reflected-ffi/local';
import patchEvent from 'reflected-ffi/utils/events';

import { answerer } from './answer.js';
import { MAX_BYTES } from './limit.js';
import { pace } from './pace.js';
import { pageFunctions } from './page-functions.js';
import { Signals } from './signal.js';
import { Turns } from './turns.js';

export { findMemory, forgetMemory, keepMemory } from './memory.js';

/** @typedef {{ page: 'full' | 'none', serviceWorker?: string | null, onDeadlock?: (text: string) => void }} Options */

const { Worker: Coincident, native } = coincident({ transfer: false, encoder: patient });

// Coincident makes its workers itself. Ours starts before this module is here, so
// what it takes for the browser's own class gives the worker that it is given.
/** @type {any} */
let last = Coincident;
while (Object.getPrototypeOf(last) !== Worker) last = Object.getPrototypeOf(last);
Object.setPrototypeOf(
  last,
  class {
    /** @param {Worker} worker */
    constructor(worker) {
      return worker;
    }
  },
);

/**
 * Gives a worker the way to the page, if it may have it, and the page what
 * keeps up with its output, interrupts its programs, and answers them.
 * @param {Worker} worker @param {Options} options
 */
export function connectWorker(worker, options) {
  if (options.page === 'full') connect(worker, options);
  pace(worker);
  return { signals: new Signals(), answer: answerer(worker) };
}

/**
 * A worker that may use the page is coincident's, with `sync`: its functions can
 * be called there, and functions set there can be called by Python.
 * @param {any} worker @param {Options} options
 */
function connect(worker, { serviceWorker, onDeadlock = () => {} }) {
  new Coincident(worker, serviceWorker ? { serviceWorker } : {});
  const { proxy } = worker;
  const turns = new Turns(native || Boolean(serviceWorker), onDeadlock);
  // How many requests of the worker were served: tells it which of its
  // functions were sent again after the page had let go of them.
  let served = 0;
  const ffi = local({
    buffer: true,
    module: (/** @type {string} */ name) => import(new URL(name, document.baseURI).href),
    remote: (/** @type {unknown} */ event) => void (event instanceof Event && patchEvent(event)),
    reflect: (/** @type {unknown[]} */ ...request) => quietly(turns.ask('a callback', () => proxy.callback(served, ...request))),
  });
  proxy.page = (/** @type {unknown[]} */ ...request) => {
    served += 1;
    return ffi.reflect(...request);
  };
  const { offered, unstuck } = pageFunctions();
  proxy.sync = (/** @type {string} */ name, /** @type {unknown[]} */ args) => {
    const offer = offered[name];
    if (!offer) throw new TypeError(`The page offers no function sync.${name}: assign one to worker.sync.${name} first.`);
    return turns.serve(name, () => offer(...args));
  };
  const sync = new Proxy(offered, {
    // A promise resolved with `sync` must not take it for a promise.
    get: (_, name) =>
      name === 'then' || typeof name === 'symbol'
        ? undefined
        : (/** @type {unknown[]} */ ...args) => turns.ask(name, () => proxy.sync(name, args)),
  });
  const terminate = worker.terminate.bind(worker);
  Object.assign(worker, {
    sync,
    proxy: sync,
    unstuck,
    terminate() {
      ffi.terminate();
      terminate();
    },
  });
}

/**
 * A callback's error is told in the editor's output. A page that waits for its
 * result gets it as well; one that does not is not bothered.
 * @param {Promise<any>} call
 */
function quietly(call) {
  return {
    /** @param {(value: any) => any} next */
    then(next) {
      const result = call.then(next);
      result.catch(() => {});
      return result;
    },
  };
}

/**
 * coincident's encoder, except that it cannot fail: a worker that waits for an
 * answer that was never written would wait for ever.
 * @param {any} options
 */
function patient(options) {
  const encode = encoder(options);
  return (/** @type {unknown} */ value, /** @type {SharedArrayBuffer} */ buffer) => {
    const refused = (/** @type {any} */ error) => encode(refusal(value, error), buffer);
    try {
      const length = encode(value, buffer);
      return typeof length === 'number' ? length : length.catch(refused);
    } catch (error) {
      // What the failed attempt has begun to read goes with an empty answer.
      const begun = encode(undefined, buffer);
      return typeof begun === 'number' ? refused(error) : begun.then(() => refused(error));
    }
  };
}

/** @param {unknown} value @param {any} error */
function refusal(value, error) {
  const isSize = error instanceof RangeError;
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return isSize
    ? new RangeError(`A value of the page is too large to give to Python: more than ${MAX_BYTES >> 20} MB at once.`)
    : new TypeError(`A value of the page (${kind}) cannot be given to Python: ${error?.message ?? error}`);
}
