// How the page interrupts a program that never yields, with or without shared memory.
//
// Where the page is isolated, both sides share a number. Elsewhere a signal is a
// URL that the page revokes: the worker asks for it by a request that blocks,
// seldom enough to cost a few hundredths of the time. Every program has a signal
// of its own, so one that comes late meets nobody; between two programs the
// worker looks for that of the next, since only a callback that never ends is
// in its way then.
//
// Where a page's policy keeps the worker from such URLs, there is no signal: the
// page's patience ends such a program. Not here: code that waits, which hears by
// a message (worker.js).

import { HAS_SHARED_MEMORY } from './shared-memory.js';

/** How much of a program's time asking may take: one part in this many. */
const SHARE = 33;
/** Asked at most and at least this often, in milliseconds. */
const [OFTEN_MS, SELDOM_MS] = [40, 65];
/**
 * A program that waits in between is interrupted where it waits, and not in the
 * middle of the loop that wakes it: one that computes has not given the worker
 * back in so many looks and milliseconds.
 */
const [LOOKS, TURN_MS] = [5, 10];

// The worker's, not the program's.
const { queueMicrotask: afterwards } = globalThis;

/**
 * What goes beside a program: its number in the cell, or its URL and the next one's.
 * @typedef {{ cell: Int32Array, number: number }} Shared
 * @typedef {{ url: string, next: string }} Named
 * @typedef {Shared | Named} Token
 */

/** The page's half, one a worker. */
export class Signals {
  #cell = HAS_SHARED_MEMORY ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
  #number = 0;
  #urls = this.#cell ? [] : [named(), named()];

  /** For the next program. @returns {Token} */
  next() {
    this.#number += 1;
    if (this.#cell) return { cell: this.#cell, number: this.#number };
    if (this.#number > 1) {
      revoke(this.#urls.shift());
      this.#urls.push(named());
    }
    const [url, next] = this.#urls;
    return { url, next };
  }

  /** Interrupts the latest program. */
  raise() {
    if (!this.#cell) return revoke(this.#urls[0]);
    Atomics.store(this.#cell, 0, this.#number);
    Atomics.notify(this.#cell, 0);
  }

  /** The worker is gone. */
  end() {
    this.#urls.forEach(revoke);
  }
}

const named = () => URL.createObjectURL(new Blob());
const revoke = (/** @type {string | undefined} */ url) => URL.revokeObjectURL(url ?? '');

/** Something to wait on that nobody writes to: shared memory has another door, in some engines. */
function memory() {
  try {
    return new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
  } catch {
    return null;
  }
}

/** @type {Int32Array | null | undefined} */
let still;

/** Waits on memory; without any there is only looking at the clock. @param {number} ms @param {Int32Array | null} [cell] */
export function stand(ms, cell = (still ??= memory())) {
  if (cell) Atomics.wait(cell, 0, Atomics.load(cell, 0), ms);
  else for (const end = performance.now() + ms; performance.now() < end; );
}

/** The worker's half. */
export class Signal {
  /** @type {Shared | undefined} */
  #shared;
  /** To be asked for; empty where that is of no use. */
  #url = '';
  #next = '';
  #canAsk = true;
  #askedMs = 0;
  #pauseMs = OFTEN_MS;
  #request = globalThis.XMLHttpRequest;
  /** When the signal was first seen up, 0 when it was not; and how often since. */
  #upMs = 0;
  #looks = 0;
  /** Called as soon as the worker is given back, after the signal was seen up. */
  onTurn = () => {};
  /** Whether the program was told to end. */
  wasRaised = false;

  /** A program begins. @param {Token | undefined} token what came beside it */
  take(token) {
    this.wasRaised = false;
    this.#upMs = 0;
    if (!token) return;
    if ('cell' in token) return void (this.#shared = token);
    // The next one's is never revoked yet: it says whether such URLs can be read at all.
    if (!this.#next) this.#canAsk = this.#reads(token.next);
    ({ url: this.#url, next: this.#next } = token);
    this.#askedMs = performance.now();
  }

  /** A program has ended: only the next one's signal counts. */
  end() {
    this.wasRaised = false;
    this.#upMs = 0;
    this.#url = this.#next;
    if (this.#shared) this.#shared = { ...this.#shared, number: this.#shared.number + 1 };
  }

  /** Whether the program is to end: true once. */
  raised() {
    if (this.wasRaised || !(this.#upMs || this.#isUp())) return false;
    if (!this.#upMs) this.#see();
    this.#looks += 1;
    return this.#looks > LOOKS && performance.now() - this.#upMs >= TURN_MS && this.hear();
  }

  #see() {
    const seenMs = (this.#upMs = performance.now());
    this.#looks = 0;
    afterwards(() => void (seenMs === this.#upMs && this.onTurn()));
  }

  /** The page has said that the program is to end. Whether that is news. */
  hear() {
    const isNews = !this.wasRaised;
    this.wasRaised = true;
    return isNews;
  }

  /**
   * Stands still for some milliseconds, a slice of a longer sleep.
   * @param {number} ms @returns {boolean} whether the program is to end
   */
  pause(ms) {
    stand(Math.min(ms, OFTEN_MS), this.#shared?.cell);
    // It is the program that stands still, so it may be told at once.
    return !this.wasRaised && (this.#upMs > 0 || this.#isUp()) && this.hear();
  }

  #isUp() {
    if (this.#shared) return Atomics.load(this.#shared.cell, 0) >= this.#shared.number;
    if (!this.#url || !this.#canAsk) return false;
    const now = performance.now();
    if (now - this.#askedMs < this.#pauseMs) return false;
    const isUp = !this.#reads(this.#url);
    this.#askedMs = performance.now();
    this.#pauseMs = Math.min(Math.max((this.#askedMs - now) * SHARE, OFTEN_MS), SELDOM_MS);
    return isUp;
  }

  /** @param {string} url */
  #reads(url) {
    const request = new this.#request();
    request.open('GET', url, false);
    try {
      request.send();
      return request.status === 200;
    } catch {
      return false;
    }
  }
}
