// Back-pressure between a worker that writes without a pause and a page, in
// threads of Node: how much may be under way, and that nothing is lost or
// changes its place whatever the page does.
//
// Not here: interpreters, painting (output.test.mjs).

import assert from 'node:assert/strict';
import test from 'node:test';
import { Worker } from 'node:worker_threads';

import { MESSAGE_UNITS, MOST_UNITS } from '../runtime-bridge/js/pace.js';

const OUTPUT = new URL('../runtime-bridge/js/output.js', import.meta.url).href;

/** Writes lines on both streams; how much it has posted stands in `posted`. */
const WRITER = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.output).then(({ Output }) => {
    const { taken, posted, lines } = workerData;
    const output = new Output(({ Output: chunks }) => {
      Atomics.add(posted, 0, chunks.reduce((sum, { text }) => sum + text.length, 0));
      Atomics.notify(posted, 0);
      parentPort.postMessage(chunks);
    });
    if (taken) output.paceBy(taken);
    for (let i = 0; i < lines; i++) output.add(i % 1000 ? 'Out' : 'Err', i + '\\n');
    output.add('Out', '😀'.repeat(300_000));
    output.end();
    parentPort.postMessage('end');
  });
`;

/** Runs the writer; `meanwhile` goes first, then every message is taken. */
async function written({ taken, lines, meanwhile = () => {} }) {
  const posted = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(WRITER, { eval: true, workerData: { output: OUTPUT, taken, posted, lines } });
  const chunks = [];
  const sizes = [];
  const ended = new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (message) => {
      if (message === 'end') return resolve();
      chunks.push(...message);
      sizes.push(message.reduce((sum, { text }) => sum + text.length, 0));
      if (!taken) return;
      Atomics.add(taken, 0, 1);
      Atomics.notify(taken, 0);
    });
  });
  meanwhile(posted);
  await ended;
  await worker.terminate();
  return { text: chunks.map(({ text }) => text).join(''), chunks, sizes };
}

const expected = (lines) => Array.from({ length: lines }, (_, i) => `${i}\n`).join('') + '😀'.repeat(300_000);

test('a page that takes nothing gets no more than it should have before it', async () => {
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const lines = 200_000;
  const { text, sizes } = await written({
    taken,
    lines,
    meanwhile(posted) {
      // This thread hears no message here, as a page that computes. The writer goes on until it has to wait.
      for (let before = -1; before !== Atomics.load(posted, 0); ) {
        before = Atomics.load(posted, 0);
        Atomics.wait(posted, 0, before, 500);
      }
      const most = MOST_UNITS + 2 * MESSAGE_UNITS;
      assert.ok(Atomics.load(posted, 0) <= most, `${Atomics.load(posted, 0)} units are under way`);
    },
  });
  assert.equal(text, expected(lines), 'everything comes, in its order');
  assert.ok(Math.max(...sizes) <= MESSAGE_UNITS + 1, `a message of ${Math.max(...sizes)} units`);
});

test('without shared memory everything comes as well, in its order and with its streams', async () => {
  const lines = 200_000;
  const { text, chunks } = await written({ taken: undefined, lines });
  assert.equal(text, expected(lines));
  const errors = chunks.filter(({ stream }) => stream === 'Err').map(({ text }) => text);
  assert.equal(errors.join(''), Array.from({ length: lines / 1000 }, (_, i) => `${i * 1000}\n`).join(''));
});
