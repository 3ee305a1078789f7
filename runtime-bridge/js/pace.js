// Back-pressure: a program writes no faster than the page takes, so that what
// waits between the two stays small and a click is never behind a flood.
//
// Where the page is isolated, it counts the messages it has taken in a shared
// number, and the worker waits for it. Elsewhere a worker that does not yield
// hears nothing, so it goes by the clock: so much text a window, which any page
// takes. Either way the worker stands still within a write, as a program does
// whose terminal is slow; nothing is dropped.
//
// Not here: what is written (output.js), how it is shown.

import { HAS_SHARED_MEMORY } from './shared-memory.js';

/** UTF-16 units that may be under way. A page takes them within a frame. */
export const MOST_UNITS = 128 * 1024;
/** UTF-16 units of one message. */
export const MESSAGE_UNITS = 32 * 1024;
/** A write waits no longer for a page that does not take anything, in milliseconds. */
const PATIENCE_MS = 1000;

/**
 * The page's half: counts the messages with output and results that it takes.
 * @param {Worker} worker
 */
export function pace(worker) {
  if (!HAS_SHARED_MEMORY) return;
  const taken = new Int32Array(new SharedArrayBuffer(4));
  worker.addEventListener('message', ({ data }) => {
    if (!data?.Output && !data?.Display) return;
    Atomics.add(taken, 0, 1);
    Atomics.notify(taken, 0);
  });
  worker.postMessage({ message: 'Pace', parcel: taken });
}

/** The worker's half. */
export class Pace {
  /** The number of the page's. @type {Int32Array | undefined} */
  #taken;
  /** Messages that the page is known to have taken. */
  #count = 0;
  /** The length of each message that is under way, the oldest first. @type {number[]} */
  #under = [];
  #units = 0;
  /** Without shared memory: when the messages under way were first too many. */
  #windowStart = 0;
  #windowMs;

  /** @param {number} windowMs in which a page takes `MOST_UNITS` for certain */
  constructor(windowMs) {
    this.#windowMs = windowMs;
  }

  /** What went before the page counts is not counted. @param {Int32Array} taken from `pace` */
  share(taken) {
    this.#taken = taken;
    this.#count = Atomics.load(taken, 0);
    this.#under = [];
    this.#units = 0;
  }

  /** A message goes. @param {number} units its length */
  sent(units) {
    this.#under.push(units);
    this.#units += units;
  }

  /** Whether the page has as much before it as it should. */
  isBehind() {
    this.#look();
    return this.#units >= MOST_UNITS;
  }

  /** Stands still until the page has taken enough. */
  wait() {
    const end = performance.now() + PATIENCE_MS;
    while (this.isBehind()) {
      const left = end - performance.now();
      if (left <= 0) return;
      // Without shared memory there is nothing to wait on.
      if (this.#taken) Atomics.wait(this.#taken, 0, this.#count, left);
    }
  }

  #look() {
    if (!this.#taken) return this.#lookAtClock();
    const count = Atomics.load(this.#taken, 0);
    // The number wraps around.
    const newly = this.#under.splice(0, (count - this.#count) | 0);
    this.#units -= newly.reduce((sum, units) => sum + units, 0);
    this.#count = count;
  }

  #lookAtClock() {
    const now = performance.now();
    if (now - this.#windowStart < this.#windowMs) return;
    this.#windowStart = now;
    this.#under = [];
    this.#units = 0;
  }
}
