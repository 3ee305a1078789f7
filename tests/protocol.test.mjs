// The worker's half of the protocol against the fixtures that the Rust tests
// write, in both directions: every message of the page is understood, and
// everything the worker says has the shape of a fixture.
//
// The worker runs in Node, with a stand-in for MicroPython's module that writes
// and raises on request. Not here: real interpreters, which need a browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const fixture = async (name) =>
  JSON.parse(await readFile(here(`../runtime-bridge/protocol/fixtures/${name}.json`), 'utf8'));
const [toWorker, fromWorker] = await Promise.all([fixture('to-worker'), fixture('from-worker')]);

const module = (source) => `data:text/javascript,${encodeURIComponent(source)}`;

/** Runs a "program" that is JavaScript, with what a program can do: write and raise. */
const STAND_IN = module(`
  const stream = () => ({ stream_ops: {} });
  const files = new Map();
  const FS = {
    streams: [stream(), stream(), stream()],
    cwd: () => '/',
    readdir: (folder) => ['.', '..', ...new Set([...files.keys()].filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length).split('/').find(Boolean)))],
    stat: (path) => ({ mode: files.has(path) ? 'file' : 'folder', size: files.get(path)?.length, mtime: 1 }),
    isFile: (mode) => mode === 'file',
    isDir: (mode) => mode === 'folder',
    mkdirTree() {},
    mkdir() {},
    analyzePath: () => ({ exists: false }),
    // What the worker puts on Python's path is no file of the reader's.
    writeFile: (path, bytes) => path.startsWith('/lib/') || files.set('/' + path, bytes),
    readFile: (path) => files.get('/' + path) ?? new Error(path).noSuchFile(),
  };
  const write = (fd, text) => {
    const bytes = new TextEncoder().encode(text);
    FS.streams[fd].stream_ops.write(FS.streams[fd], bytes, 0, bytes.length);
  };
  const globals = { get: (name) => (name === '_is_expression' ? () => false : () => () => {}), set() {}, delete() {} };
  const runPythonAsync = async (code) => new Function('write', code)(write);
  export const loadMicroPython = async () => (globalThis.started(), { FS, globals, registerJsModule() {}, runPython() {}, runPythonAsync });
`);

/** How many interpreters the stand-in has started. */
let starts = 0;
globalThis.started = () => (starts += 1);

/** Reads the file that a reader has put; the browser's own waits for the answer. */
class PutRequest {
  open(_method, url) {
    this.url = url;
  }
  send() {
    this.response = new TextEncoder().encode(this.url).buffer;
  }
}

/** A worker with what it said; each has its own copy of the script. */
let copies = 0;
async function spawn() {
  const { outputFiles } = await build({
    entryPoints: [here('../runtime-bridge/js/worker.js')],
    bundle: true,
    format: 'esm',
    loader: { '.py': 'text' },
    write: false,
  });
  const said = [];
  const waiting = [];
  let heard;
  globalThis.XMLHttpRequest = PutRequest;
  globalThis.self = {
    fetch: globalThis.fetch,
    Request: globalThis.Request,
    EventSource: class {},
    XMLHttpRequest: PutRequest,
    location: { href: 'https://example.org/worker.js' },
    postMessage(message) {
      // What does not clone would not arrive.
      said.push(structuredClone(message));
      waiting.splice(0).forEach((wake) => wake());
    },
    addEventListener(name, listener) {
      if (name === 'message') heard = listener;
    },
  };
  await import(module(`${outputFiles[0].text}\n// ${(copies += 1)}`));
  return {
    send: (message, parcel) => heard({ data: { message, parcel }, stopImmediatePropagation() {} }),
    async until(kind) {
      for (;;) {
        const found = said.find((message) => kindOf(message) === kind);
        if (found) return { found, said: said.splice(0) };
        assert.ok(!said.some(({ Fatal }) => Fatal), JSON.stringify(said));
        await new Promise((wake) => waiting.push(wake));
      }
    },
  };
}

const kindOf = (message) => (typeof message === 'string' ? message : Object.keys(message)[0]);

/** The type of a value as the fixtures show it; null stands for an optional value that is absent. */
const typeOf = (value) => (Array.isArray(value) ? 'array' : value === null ? 'absent' : typeof value);

/** Fails unless `said` has the keys and types of some fixture of its kind. */
function assertShape(said) {
  const sames = fromWorker.filter((message) => kindOf(message) === kindOf(said));
  assert.ok(sames.length > 0, `no fixture says ${kindOf(said)}`);
  assert.ok(sames.some((fixture) => fits(said, fixture)), `no fixture looks like ${JSON.stringify(said)}`);
}

function fits(said, fixture) {
  if (typeOf(fixture) === 'absent') return said === undefined || said === null;
  if (typeOf(said) !== typeOf(fixture)) return false;
  if (Array.isArray(said)) return said.every((item) => fixture.some((other) => fits(item, other)));
  if (typeof said !== 'object') return true;
  const known = Object.keys(said).every((key) => key in fixture);
  return known && Object.keys(fixture).every((key) => fits(said[key], fixture[key]));
}

const ofKind = (kind) => toWorker.filter((message) => kindOf(message) === kind).map((message) => message[kind] ?? message);

async function booted() {
  const worker = await spawn();
  const prepare = ofKind('Prepare').find(({ interpreter }) => interpreter === 'MicroPython');
  // Limiting a worker is a file of its own, for browsers.
  worker.send({ Prepare: { ...prepare, page: 'Full', entry: STAND_IN } });
  worker.send('Boot', { module: undefined, files: {} });
  const { found } = await worker.until('Booted');
  assertShape(found);
  return worker;
}

test('a spare starts once, and is whose `Prepare` came last', async () => {
  const worker = await spawn();
  const prepare = { ...ofKind('Prepare').find(({ interpreter }) => interpreter === 'MicroPython'), page: 'Full' };
  starts = 0;
  worker.send({ Prepare: { ...prepare, entry: STAND_IN } });
  worker.send('Warm', { module: undefined, files: {} });
  worker.send({ Prepare: { ...prepare, entry: 'https://example.org/never-asked-for.mjs' } });
  worker.send('Boot', {});
  const { found } = await worker.until('Booted');
  assertShape(found);
  await run(worker, `write(1, 'x')`);
  assert.equal(starts, 1);
});

async function run(worker, code) {
  const [fixture] = ofKind('Run');
  worker.send({ Run: { ...fixture, code } });
  const { found, said } = await worker.until('Done');
  said.forEach(assertShape);
  assert.equal(found.Done.run, fixture.run);
  return { done: found.Done, said };
}

test('every message of the page is one that the tests below send', () => {
  assert.deepEqual(new Set(toWorker.map(kindOf)), new Set(['Prepare', 'Warm', 'Boot', 'Run', 'Interrupt', 'Put', 'Take', 'Check', 'Inspect']));
});

test('a program that ends', async () => {
  const { done, said } = await run(await booted(), `write(1, 'é <b>\\n'); write(2, 'tsk'); write(1, 'x')`);
  assert.ok(!done.error);
  const chunks = said.flatMap((message) => message.Output ?? []);
  assert.deepEqual(chunks, [
    { stream: 'Out', text: 'é <b>\n' },
    { stream: 'Err', text: 'tsk' },
    { stream: 'Out', text: 'x' },
  ]);
});

test('a program that raises', async () => {
  const raise = `throw Object.assign(new Error('Traceback …'), { name: 'PythonError', type: 'KeyError' })`;
  const { done } = await run(await booted(), raise);
  assert.deepEqual(done.error, { kind: 'KeyError', message: 'Traceback …' });
});

test('a JavaScript error, and what is no error at all', async () => {
  const worker = await booted();
  assert.deepEqual((await run(worker, `throw new TypeError('odd')`)).done.error, { kind: 'TypeError', message: 'odd' });
  assert.deepEqual((await run(worker, `throw 'just text'`)).done.error, { kind: 'Error', message: 'just text' });
});

test('what runs before a program, and that its error does not stop the program', async () => {
  const worker = await booted();
  const before = ofKind('Run').find((message) => message.before);
  worker.send({ Run: { ...before, before: `write(1, 'before'); throw new TypeError('odd')`, code: `write(1, 'code')` } });
  const { found, said } = await worker.until('Done');
  said.forEach(assertShape);
  assert.ok(!found.Done.error);
  const chunks = said.flatMap((message) => message.Output ?? []);
  assert.deepEqual(chunks, [
    { stream: 'Out', text: 'before' },
    { stream: 'Err', text: 'TypeError: odd\n' },
    { stream: 'Out', text: 'code' },
  ]);
});

test('an interrupt between two programs meets neither', async () => {
  const worker = await booted();
  const [{ run: number }] = ofKind('Run');
  worker.send({ Interrupt: { run: number } });
  assert.ok(!(await run(worker, `write(1, 'first')`)).done.error);
  worker.send({ Interrupt: { run: number } });
  assert.ok(!(await run(worker, `write(1, 'second')`)).done.error);
});

test('a signal of its own for each program, and one that came late meets nobody', async () => {
  const { Signal, Signals } = await import('../runtime-bridge/js/signal.js');
  const [page, worker] = [new Signals(), new Signal()];
  const cell = new Int32Array(new SharedArrayBuffer(4));
  // A program that never yields asks until the page's message would have come.
  const computes = () => {
    while (!worker.raised());
    return true;
  };
  worker.take({ cell, number: 1 });
  assert.equal(worker.raised(), false);
  cell[0] = 1;
  assert.deepEqual([computes(), worker.raised(), worker.wasRaised], [true, false, true], 'once');
  worker.end();
  assert.equal(worker.raised(), false, 'between two programs');
  worker.take({ cell, number: 2 });
  assert.equal(worker.raised(), false, 'the next program has another');
  cell[0] = 3;
  worker.end();
  assert.equal(computes(), true, 'a callback is in the way of the next program');
  const [first, second] = [page.next(), page.next()];
  assert.equal(first.next, second.url);
  page.raise();
  await assert.rejects(fetch(second.url));
  assert.ok((await fetch(second.next)).ok);
  page.end();
  await assert.rejects(fetch(second.next));
});

test('a file is put, listed and taken', async () => {
  const worker = await booted();
  const [put] = ofKind('Put');
  worker.send({ Put: put });
  const { found } = await worker.until('Files');
  assertShape(found);
  assert.deepEqual(found.Files, [{ path: put.path, bytes: put.url.length }]);
  worker.send({ Take: { path: put.path } });
  const taken = (await worker.until('Taken')).found;
  assertShape(taken);
  assert.equal(await (await fetch(taken.Taken.url)).text(), put.url);
  worker.send({ Take: { path: 'gone' } });
  const missing = (await worker.until('Taken')).found;
  assertShape(missing);
  assert.deepEqual(missing.Taken, { path: 'gone' });
});

test('a character in two writes is one, and half a one does not reach the next run', async () => {
  const worker = await booted();
  const text = ({ said }) => said.flatMap((message) => message.Output ?? []).map((chunk) => chunk.text).join('');
  const half = 'const bytes = new TextEncoder().encode("é");';
  assert.equal(text(await run(worker, `write(1, 'a'); write(1, 'b')`)), 'ab');
  assert.equal(text(await run(worker, `${half} write(1, String(bytes.length))`)), '2');
});

test('a flood is put together and nothing of it is lost', async () => {
  const { said } = await run(await booted(), `for (let i = 0; i < 5000; i++) write(1, i + '\\n')`);
  const posts = said.filter((message) => message.Output);
  const text = posts.flatMap((message) => message.Output).map((chunk) => chunk.text).join('');
  assert.equal(text, Array.from({ length: 5000 }, (_, i) => `${i}\n`).join(''));
  assert.ok(posts.length < 500, `${posts.length} messages`);
});

test('an interpreter that died', async () => {
  const worker = await booted();
  worker.send({ Run: { run: 1, file: 'main-1.py', code: `throw new WebAssembly.RuntimeError('unreachable')` } });
  const { found } = await worker.until('Fatal');
  assertShape(found);
  assert.equal(found.Fatal.kind, 'Crash');
});

test('an interpreter that cannot be imported', async () => {
  const worker = await spawn();
  worker.send({ Prepare: { interpreter: 'MicroPython', entry: module('}') } });
  const { found } = await worker.until('Fatal');
  assertShape(found);
  assert.equal(found.Fatal.kind, 'Import');
  assert.equal(found.Fatal.status, 200);
});

test('an interpreter that does not start', async () => {
  const worker = await spawn();
  const entry = module(`export const loadMicroPython = async () => { throw new Error('no') };`);
  worker.send({ Prepare: { interpreter: 'MicroPython', entry } });
  worker.send('Boot', { module: undefined, files: {} });
  const { found } = await worker.until('Fatal');
  assertShape(found);
  assert.equal(found.Fatal.kind, 'Boot');
});
