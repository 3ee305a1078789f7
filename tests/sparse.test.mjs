// The copy of an interpreter's memory as it is kept: what comes back is what was
// copied, and long zeros are neither kept nor written.
//
// Not here: an interpreter that goes on from its copy (start.test.mjs).

import assert from 'node:assert/strict';
import test from 'node:test';

import { pack, unpack } from '../runtime-bridge/js/sparse.js';

const PAGE = 64 << 10;
const HEAD = 128;

/** As Pyodide's: a head that says how long it is, then the memory. @param {number} pages @param {Record<number, number>} bytes by their place */
function copyOf(pages, bytes) {
  const copy = new Uint8Array(HEAD + pages * PAGE);
  new Uint32Array(copy.buffer)[1] = HEAD;
  copy.set(new TextEncoder().encode('what is in the head'), 64);
  for (const [at, byte] of Object.entries(bytes)) copy[HEAD + Number(at)] = byte;
  return copy;
}

/** What Pyodide does with a copy. @param {Uint8Array} copy @param {WebAssembly.Memory} memory */
function restore(copy, memory) {
  const words = new Uint32Array(copy.buffer, copy.byteOffset, copy.byteLength / 4);
  const text = new TextDecoder().decode(copy.subarray(64, 64 + 19));
  new Uint8Array(memory.buffer).set(copy.subarray(words[1]));
  return text;
}

for (const [what, bytes] of Object.entries({
  nothing: {},
  'the first and the last byte': { 0: 1, [100 * PAGE - 1]: 2 },
  'zeros that are short, and zeros that are long': { [PAGE]: 1, [3 * PAGE + 5]: 2, [60 * PAGE]: 3 },
})) {
  test(`a memory with ${what} is the same afterwards`, async () => {
    const copy = copyOf(100, bytes);
    const packed = await pack(copy).arrayBuffer();
    const memory = new WebAssembly.Memory({ initial: 100 });
    const unpacked = unpack(packed, () => memory);
    assert.ok(ArrayBuffer.isView(unpacked));
    assert.equal(unpacked.length, copy.length, 'as long as the memory must be');
    assert.equal(restore(unpacked, memory), 'what is in the head');
    assert.deepEqual(Buffer.compare(new Uint8Array(memory.buffer), copy.subarray(HEAD)), 0);
    assert.ok(packed.byteLength < 10 * PAGE, `${packed.byteLength} bytes are kept`);
  });
}

test('what lies where nothing was is left alone', async () => {
  const packed = await pack(copyOf(100, { 0: 1, [90 * PAGE]: 1 })).arrayBuffer();
  const memory = new WebAssembly.Memory({ initial: 100 });
  new Uint8Array(memory.buffer)[50 * PAGE] = 7;
  restore(unpack(packed, () => memory), memory);
  assert.equal(new Uint8Array(memory.buffer)[50 * PAGE], 7);
});

test('a memory that is too small is refused', async () => {
  const packed = await pack(copyOf(100, { [99 * PAGE]: 1 })).arrayBuffer();
  const memory = new WebAssembly.Memory({ initial: 50 });
  assert.throws(() => restore(unpack(packed, () => memory), memory), RangeError);
});
