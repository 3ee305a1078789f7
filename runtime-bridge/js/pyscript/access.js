// The worker's half of page access: `window` and `sync`, on coincident.
//
// coincident must hear the worker's first messages. They came before this file
// was loaded, so worker.js has kept them and they are said again here.
//
// Not here: what Python values become (values-*.js), the proxies (remote.js).

import coincident from 'coincident/worker';
import { decoder } from 'reflected-ffi/decoder';
import remote from 'reflected-ffi/remote';

import { MAX_BYTES } from '../limit.js';

/** Looks at shared memory, a fraction of a millisecond all told, before sleeping. */
const SPINS = 2000;
/** Thrown and caught here: reflected-ffi forgets a function unless it is stopped. */
const STILL_IN_USE = new Error('still in use');
/** Shared memory starts with this. */
const MIN_BYTES = 1 << 15;

/**
 * @typedef {{ isBlocking: boolean, proxy: any, window: any, ffi: any, isProxy(value: any): boolean, asked(): number }} Access
 */

/**
 * @param {MessageEvent[]} held coincident's own first messages
 * @param {{ functionOf(fn: Function): Function, released(fn: Function): void }} functions
 * @returns {Promise<Access>}
 */
export async function connect(held, { functionOf, released }) {
  const connecting = sleepily(() => coincident({ transfer: false, decoder, minByteLength: MIN_BYTES, maxByteLength: MAX_BYTES }));
  for (const { data, ports } of held) self.dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }));
  const { proxy, sync: isBlocking } = await connecting;

  /** The number of the request that sent a function last. @type {WeakMap<Function, number>} */
  const sentIn = new WeakMap();
  let asked = 0;
  let served = 0;
  const ffi = remote({
    buffer: true,
    reflect(/** @type {unknown[]} */ ...request) {
      asked += 1;
      return proxy.page(...request);
    },
    transform(/** @type {unknown} */ value) {
      if (typeof value !== 'function') return value;
      const fn = functionOf(value);
      sentIn.set(fn, asked + 1);
      return fn;
    },
    released(/** @type {Function} */ fn) {
      // The page let go of it, but got it again before it heard that: still in use.
      if ((sentIn.get(fn) ?? 0) > served) throw STILL_IN_USE;
      released(fn);
    },
  });
  proxy.callback = (/** @type {number} */ count, /** @type {unknown[]} */ ...request) => {
    served = count;
    return ffi.reflect(...request).catch((/** @type {unknown} */ error) => {
      if (error !== STILL_IN_USE) throw error;
    });
  };
  return { isBlocking, proxy, window: isBlocking ? ffi.global : null, ffi, isProxy: ffi.isProxy, asked: () => asked };
}

/**
 * coincident waits by asking over and over. Most answers come at once, but some
 * wait for a person: after a moment the thread sleeps instead. It takes its
 * `Atomics.load` while it starts, so it is given one that does so.
 * @template T @param {() => Promise<T>} start
 */
async function sleepily(start) {
  const { load } = Atomics;
  let spins = 0;
  const patient = (/** @type {Int32Array} */ view, /** @type {number} */ index) => {
    const value = load(view, index);
    spins = value > 0 ? 0 : spins + 1;
    if (spins > SPINS) Atomics.wait(view, index, 0);
    return value;
  };
  Object.assign(Atomics, { load: patient });
  try {
    return await start();
  } finally {
    Object.assign(Atomics, { load });
  }
}
