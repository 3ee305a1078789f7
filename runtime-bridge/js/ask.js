// Asks the page for a line of input, and stands still until it has an answer.
//
// The question takes the way of its answer along: shared memory where the page
// is isolated, else a row of blob URLs of ours. The page revokes some of them:
// each is a bit of the number of another blob URL, and one says that the others
// are done. The answer is what that other URL leads to, of any length. Asking
// whether a URL is still there is a synchronous request, 1 ms or less.
//
// Not here: the page's half (answer.js), and who asks (input.js).

import { BITS, HEAD_BYTES } from './answering.js';
import { MAX_BYTES } from './limit.js';
import { stand } from './signal.js';
import { HAS_SHARED_MEMORY } from './shared-memory.js';

/** Milliseconds between two looks whether the page has answered. */
const POLL_MS = 50;

const NO_WAY =
  'The program asked for input, and this page cannot answer it: its Content-Security-Policy forbids blob: addresses. Add "blob:" to its connect-src, ' +
  'or serve the page with the headers "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp".';

// The worker's, not what a program may have put in their place.
const { Atomics, Blob, URL, XMLHttpRequest: Request } = globalThis;
/** @type {any} growing is newer than the types */
const Shared = globalThis.SharedArrayBuffer;

/**
 * As the protocol's `Answer`.
 * @typedef {{ Line: string } | 'End' | 'Interrupted'} Answer
 * @typedef {(hidden: boolean) => Answer} Ask
 * @typedef {(by: SharedArrayBuffer | string[]) => void} Tell
 */

/**
 * @param {(message: object) => void} post
 * @param {import('./signal.js').Signal} signal
 * @param {() => void} flush sends what was written so far
 * @returns {Ask}
 */
export function asker(post, signal, flush) {
  const wait = HAS_SHARED_MEMORY && 'growable' in Shared.prototype ? inMemory : byUrls;
  return (hidden) => {
    flush();
    const answer = wait((by) => post({ Input: { hidden }, by }));
    if (!answer) return post({ Remark: { text: NO_WAY } }), 'End';
    const read = JSON.parse(answer);
    // The signal says the same, later: once is enough.
    if (read === 'Interrupted') signal.hear();
    return read;
  };
}

/** @param {Tell} tell */
function inMemory(tell) {
  const memory = new Shared(HEAD_BYTES, { maxByteLength: MAX_BYTES });
  tell(memory);
  Atomics.wait(new Int32Array(memory, 0, 1), 0, 0);
  // A copy: shared memory cannot be decoded.
  return new TextDecoder().decode(new Uint8Array(memory, HEAD_BYTES).slice());
}

/** @param {Tell} tell @returns {string | null} null where the page may not ask for such URLs */
function byUrls(tell) {
  const urls = Array.from({ length: BITS + 1 }, () => URL.createObjectURL(new Blob()));
  const [flag, ...bits] = urls;
  try {
    if (read(flag) === null) return null;
    tell(urls);
    while (read(flag) !== null) stand(POLL_MS);
    const answer = flag.slice(0, -UUID) + uuid(bits.map((url) => read(url) === null));
    const text = read(answer);
    URL.revokeObjectURL(answer);
    return text;
  } finally {
    urls.forEach((url) => URL.revokeObjectURL(url));
  }
}

/** Characters of the number that a blob URL ends with. */
const UUID = 36;

/** @param {boolean[]} bits four a digit, the lowest first */
function uuid(bits) {
  const digit = (/** @type {number} */ at) => bits.slice(at, at + 4).reduceRight((sum, bit) => sum * 2 + Number(bit), 0);
  const digits = Array.from({ length: BITS / 4 }, (_, at) => digit(at * 4).toString(16)).join('');
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

/** What a blob URL leads to; null when it is revoked. @param {string} url */
function read(url) {
  const request = new Request();
  request.open('GET', url, false);
  try {
    request.send();
  } catch {
    return null;
  }
  return request.status === 200 ? request.responseText : null;
}

