// A copy of an interpreter's memory without the long stretches of zeros in it,
// which are half of it: a fresh memory has them anyway, and what is not written
// takes no room.
//
// As a file: the head of Pyodide's own copy, the stretches that are something, one
// after the other, and a table of them: for each where it begins and where it
// ends in memory, then how many they are and how long the memory is, in bytes.
//
// Only what is long is left out: the stack below what is in use, and what was
// never given away. Nothing is there to be overwritten when a copy is taken over.
//
// Not here: when copies are made and where they are kept.

/** Bytes that are looked at as one. */
const PAGE = 64 << 10;
/** Fewer zeros than these are kept. */
const LONG = 1 << 20;
/** The word of Pyodide's copy that says how long its head is. */
const HEAD = 1;

/** @param {Uint8Array<ArrayBuffer>} copy Pyodide's, whole @returns {Blob} */
export function pack(copy) {
  const start = new Uint32Array(copy.buffer, copy.byteOffset)[HEAD];
  const memory = copy.subarray(start);
  const runs = runsOf(memory);
  const table = Uint32Array.from([...runs.flat(), runs.length, memory.length]);
  return new Blob([copy.subarray(0, start), ...runs.map(([from, to]) => memory.subarray(from, to)), table]);
}

/**
 * What Pyodide takes for a copy of its own: it asks for the length, for its head,
 * and then for the whole rest, which is written right away.
 * @param {ArrayBuffer} packed @param {() => WebAssembly.Memory} memory the new interpreter's
 * @returns {Uint8Array}
 */
export function unpack(packed, memory) {
  const words = new Uint32Array(packed);
  const start = words[HEAD];
  const [count, length] = words.subarray(-2);
  const table = words.subarray(-2 - 2 * count, -2);
  const write = () => {
    const heap = new Uint8Array(memory().buffer);
    for (let run = 0, at = start; run < count; run++) {
      const [from, to] = table.subarray(2 * run);
      heap.set(new Uint8Array(packed, at, to - from), from);
      at += to - from;
    }
    return new Uint8Array();
  };
  const head = new Uint8Array(packed, 0, start);
  return Object.defineProperties(head, {
    length: { value: start + length },
    subarray: { value: (/** @type {number} */ from, /** @type {number | undefined} */ to) => (to === undefined ? write() : head.slice(from, to)) },
  });
}

/**
 * Where something is: from, to.
 * @param {Uint8Array<ArrayBuffer>} memory @returns {[number, number][]}
 */
function runsOf(memory) {
  /** @type {[number, number][]} */
  const runs = [];
  for (let from = 0; from < memory.length; from += PAGE) {
    const to = Math.min(from + PAGE, memory.length);
    if (isZero(memory.subarray(from, to))) continue;
    const last = runs.at(-1);
    if (last && from - last[1] < LONG) last[1] = to;
    else runs.push([from, to]);
  }
  return runs;
}

/** @param {Uint8Array<ArrayBuffer>} page */
function isZero({ buffer, byteOffset, length }) {
  const words = new Uint32Array(buffer, byteOffset, length / 4);
  for (let at = 0; at < words.length; at++) if (words[at]) return false;
  return true;
}
