// MicroPython: how it starts from the page's module and runs a program.
//
// Its `stdout` option calls back for each byte. The device below it is written
// whole strings at a time, so its `write` is replaced instead. While text is
// held back, a callback scheduled in its virtual machine looks whether it may
// go; a program that holds nothing back pays nothing for this.
//
// Not here: packages, files; how programs are interrupted (pulse.js).

import { Input } from './input.js';
import run from './micropython-asyncio.py';
import { withModule } from './module.js';
import checking from './micropython-check.py';
import inspecting from './micropython-inspect.py';
import setup from './micropython.py';
import { Pulse } from './pulse.js';

/** Bytes at the start; it grows by itself. */
const HEAP_BYTES = 8 << 20;

/** What programs name that wait for tasks; others do not pay for its import. */
const ASYNCIO = /\basyncio\b/;

/** @type {import('./worker.js').Adapter} */
export const micropython = {
  prepare: async (entry, load) => ({ ...(await load(entry)), url: beside(entry) }),

  async boot({ loadMicroPython, url }, { module }, output, { signal, ask }) {
    const ignore = () => {};
    const pulse = new Pulse(signal);
    const start = () => loadMicroPython({ url, heapsize: HEAP_BYTES, linebuffer: false, stdout: ignore, stderr: ignore });
    const python = await withModule(module, start, pulse);
    /** @param {import('./output.js').Stream} stream @returns {Transfer} */
    const writer = (stream) => (heap, at, length) => {
      output.write(stream, heap.subarray(at, at + length));
      return length;
    };
    serve(python.FS.streams[1], 'write', writer('Out'));
    serve(python.FS.streams[2], 'write', writer('Err'));
    const input = new Input(ask, python.FS, () => python._module._mp_sched_keyboard_interrupt());
    serve(python.FS.streams[0], 'read', (heap, at, most) => input.read(heap, at, most));
    // Some milliseconds, spent while the page hears that the interpreter is up.
    /** @type {Last | undefined} */
    let value;
    const complete = () => (value ??= prepare(python, output, pulse));
    setTimeout(complete);
    let canWait = false;
    /** @type {((code: string) => string | null) | undefined} */
    let check;
    /** @type {import('./worker.js').Inspect | undefined} */
    let inspect;
    /** Ends the run that goes on. @type {((error: any) => void) | undefined} */
    let fail;
    return {
      kind: 'micropython',
      // It throws at once what is raised before the first `await`.
      async run(code, _, last) {
        const { isExpression, show } = complete();
        const shows = last !== undefined && isExpression(code.slice(last));
        if (!canWait && ASYNCIO.test(code)) {
          canWait = true;
          execute(python, run);
        }
        input.forget();
        pulse.begin();
        const lost = new Promise((_, reject) => (fail = reject));
        const program = shows ? `${code.slice(0, last)}_py_editor_last = ${code.slice(last)}` : code;
        await Promise.race([python.runPythonAsync(program), lost]).finally(() => (fail = undefined));
        if (shows) show();
      },
      interrupt: () => pulse.interrupt(),
      // An error of JavaScript's passes Python by. After an `await` nobody is left
      // whom it could reach, and the run would never end. Neither would one whose
      // task has met the interrupt.
      lost(error) {
        if (error?.type === 'KeyboardInterrupt' && signal.wasRaised) pulse.interrupt();
        if (!fail || error?.type) return false;
        fail(error);
        return true;
      },
      execute: (source) => execute(python, source),
      check(code) {
        complete();
        check ??= take(python, checking)('_check');
        return check?.(code);
      },
      inspect(what, name) {
        complete();
        inspect ??= take(python, inspecting)('_inspector')();
        return inspect?.(what, name);
      },
      register: (name, object) => python.registerJsModule(name, object),
      // Its tasks wait by timers, which are seen anyway.
      watchTasks: () => () => false,
      FS: python.FS,
      python,
    };
  },

  // Python's own errors come as PythonError. These leave the stack of the C program in disorder.
  isDead: (error) =>
    error instanceof WebAssembly.RuntimeError ||
    (error instanceof Error && /call stack|too much recursion/.test(error.message) && error.name !== 'PythonError'),
};

/** Its module has its name and lies beside it. @param {string} entry */
function beside(entry) {
  const url = new URL(entry);
  url.pathname = url.pathname.replace(/\.m?js$/, '.wasm');
  return url.href;
}

/**
 * Reads into, or writes from, a part of the heap; gives how many bytes it did.
 * @typedef {(heap: Int8Array, at: number, length: number) => number} Transfer
 *
 * @param {any} stream a file of Emscripten's @param {'read' | 'write'} what @param {Transfer} transfer
 */
function serve(stream, what, transfer) {
  stream.stream_ops = { ...stream.stream_ops, [what]: (/** @type {any} */ _, /** @type {[Int8Array, number, number]} */ ...part) => transfer(...part) };
}

/**
 * Runs Python of ours, apart from the program's names and under a name of its
 * own: its frames are not the program's. (The name `_source` lives that long.)
 * @param {any} python @param {string} source
 */
function execute(python, source) {
  python.globals.set('_source', source);
  try {
    python.runPython('exec(compile(_source, "<py-editor>", "exec"), {"__name__": "<py-editor>"})');
  } finally {
    python.globals.delete('_source');
  }
}

/**
 * Runs Python of ours among the program's names, and gives what takes names out again.
 * @param {any} python @param {string} source @returns {(name: string) => any}
 */
function take(python, source) {
  python.globals.set('_setup', source);
  python.runPython('exec(compile(_setup, "<py-editor>", "exec"))');
  python.globals.delete('_setup');
  return (name) => {
    const value = python.globals.get(name);
    python.globals.delete(name);
    return value;
  };
}

/**
 * For the value of a last statement.
 * @typedef {{ isExpression(statement: string): boolean, show(): void }} Last
 *
 * Runs the set-up.
 * @returns {Last}
 * @param {any} python @param {import('./output.js').Output} output @param {Pulse} pulse
 */
function prepare(python, output, pulse) {
  const taken = take(python, setup);
  pulse.forget = taken('_forget');
  pulse.KeyboardInterrupt = taken('_KeyboardInterrupt');
  const watch = taken('_watcher')(() => output.tick());
  output.onHeld = () => {
    try {
      watch();
    } catch {
      // Out of stack in the middle of a print: that print has its own error to tell.
    }
  };
  return { isExpression: taken('_is_expression'), show: taken('_show_last') };
}
