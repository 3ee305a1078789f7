// Pyodide: how it starts from the page's files and runs a program.
//
// Its own default reads `pyodide.asm.mjs` only after `pyodide.mjs`, fetches the
// standard library itself and buffers standard output by lines; each is
// replaced here by an option of `loadPyodide`. Its memory can be copied right
// after the start, and a later start can go on from the copy; the options for that
// are not documented, so the page lives without where they fail.
//
// Not here: packages, files.

import { Input } from './input.js';
import { withModule } from './module.js';
import restored from './pyodide-restored.py';
import standing from './pyodide-standing.py';
import setup from './pyodide.py';
import checking from './pyodide-check.py';
import inspecting from './pyodide-inspect.py';
import { pack, unpack } from './sparse.js';

const LIBRARY = 'python_stdlib.zip';
/**
 * What C may take of its own stack before a call is a RecursionError. The browser's
 * stack, where nothing can be measured, is used up alongside at another rate each way;
 * in cold code the first ways through C end there at 330 KB of this one.
 */
const STACK_BYTES = 272 << 10;
/** Where Pyodide's table of JavaScript's objects has the global one. */
const JS_INDEX = 1;

/** The number of the signal that is KeyboardInterrupt. */
const SIGINT = 2;

/** Bits of a terminal's mode: line ends are translated, lines are edited, typing is seen. */
const [ICRNL, ICANON, ECHO] = [0o400, 0o2, 0o10];

/** @type {import('./worker.js').Adapter} */
export const pyodide = {
  async prepare(entry, load, isOwn) {
    const base = new URL('.', entry).href;
    if (!isOwn) return { ...(await load(entry)), base };
    const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
      load(entry),
      load(`${base}pyodide.asm.mjs`),
    ]);
    return { loadPyodide, createPyodideModule, base };
  },

  async boot({ loadPyodide, createPyodideModule, base }, { module, files, memory, keep }, output, { signal, ask }) {
    // Another interpreter's loader fetches its own files, as it knows them.
    const held = /** @type {{ stdLibURL?: string }} */ (files ? await optionsOf(base, files, createPyodideModule) : {});
    /** @type {WebAssembly.Instance} */
    let instance;
    const host = { imports: (/** @type {any} */ imports) => imports, started: (/** @type {WebAssembly.Instance} */ started) => void (instance = started) };
    const copy = memory?.arrayBuffer();
    const start = () =>
      loadPyodide({
        indexURL: base,
        ...held,
        ...(copy && { _loadSnapshot: copy.then((packed) => unpack(packed, () => /** @type {any} */ (instance.exports.memory))) }),
        _makeSnapshot: Boolean(keep),
        // Unbuffered, so that both streams keep their order and half a line is seen.
        // Figures are drawn by what lies beside (showing.js); the backend that Pyodide's
        // matplotlib would take needs a document.
        env: { HOME: '/home/pyodide', PYTHONUNBUFFERED: '1', MPLBACKEND: 'module://_py_editor_figures' },
        // Nobody answers while it starts.
        stdin: () => null,
      });
    const python = await withModule(module, start, host).catch((error) => {
      throw copy ? notRestored(error) : error;
    });
    if (copy) goOn(python, await copy);
    if (keep) keep(memoryOf(python));
    if (held.stdLibURL) URL.revokeObjectURL(held.stdLibURL);
    python.setStdout({ write: writer(output, 'Out') });
    python.setStderr({ write: writer(output, 'Err') });
    const input = new Input(ask, python.FS, () => python._module._PyErr_SetInterrupt());
    python.setStdin({ read: (/** @type {Uint8Array} */ bytes) => input.read(bytes, 0, bytes.length) });
    openTerminal(python.FS, input, output);
    // Read every few thousand instructions while Python runs; 0 is "no signal".
    python.setInterruptBuffer({
      get 0() {
        output.tick();
        return signal.raised() ? SIGINT : 0;
      },
      set 0(_) {},
    });
    const [begin, interrupt, end, drain] = programOf(python, signal);
    /** @type {((code: string) => string | undefined) | undefined} */
    let check;
    /** @type {import('./worker.js').Inspect | undefined} */
    let inspect;
    return {
      kind: 'pyodide',
      async run(code, file, last) {
        input.forget(drain);
        await run(python, begin, code, file, last !== undefined).catch((error) => {
          // What was drawn before the error is seen; the error is what counts.
          if (error?.type && error.type !== 'KeyboardInterrupt') attempt(end);
          throw error;
        });
      },
      interrupt,
      // What the interrupt has met beside the program is for the program.
      lost(error) {
        if (error?.type === 'KeyboardInterrupt' && signal.wasRaised) interrupt();
        return false;
      },
      execute: (source) => execute(python, source),
      check: (code) => (check ??= taken(python, checking, '_check'))(code),
      inspect: (what, name) => (inspect ??= taken(python, inspecting, '_inspector')(python.globals))?.(what, name),
      register: (name, object) => python.registerJsModule(name, object),
      watchTasks: (changed) => watchTasks(python, changed),
      FS: python.FS,
      python,
    };
  },

  isDead: (error) => Boolean(error?.pyodide_fatal_error),
};

/** @param {any} error */
const notRestored = (error) => Object.assign(new Error(String(error?.message ?? error)), { kind: 'Restore' });

/**
 * The memory as the start has left it. Pyodide has stood before `js` to know what
 * Python holds of it; from here on that is `js` itself again, as after a restore.
 * @param {any} python
 * @returns {Blob | undefined} none where Pyodide cannot
 */
function memoryOf(python) {
  try {
    const copy = python.makeMemorySnapshot();
    const packed = pack(copy);
    copy.buffer.transfer?.(0);
    return packed;
  } catch {
    return undefined;
  } finally {
    python._module.__hiwire_set?.(JS_INDEX, globalThis);
    python._api.config.jsglobals = globalThis;
  }
}

/**
 * An interpreter that goes on from a copy must not repeat what the first one did.
 * @param {any} python @param {any} copy tens of megabytes, given back at once where the browser can
 */
function goOn(python, copy) {
  try {
    delete python._api.config._loadSnapshot;
    copy.transfer?.(0);
    execute(python, restored);
  } catch (error) {
    throw notRestored(error);
  }
}

/**
 * What the page has fetched already, as options of `loadPyodide`.
 * @param {string} base @param {Record<string, Blob>} files @param {any} createPyodideModule
 */
async function optionsOf(base, files, createPyodideModule) {
  await checkLibrary(base, files[LIBRARY]);
  return {
    stdLibURL: URL.createObjectURL(files[LIBRARY]),
    lockFileContents: files['pyodide-lock.json']?.text(),
    createPyodideModule,
  };
}

/**
 * Python cannot say that its own library is no archive: it has none to say it with.
 * @param {string} base @param {Blob} library
 */
async function checkLibrary(base, library) {
  const start = await library.slice(0, 2).text();
  if (start !== 'PK') throw Object.assign(new Error('not a zip archive'), { file: base + LIBRARY });
}

/** @param {import('./output.js').Output} output @param {import('./output.js').Stream} stream */
function writer(output, stream) {
  return (/** @type {Uint8Array} */ bytes) => {
    output.write(stream, bytes);
    return bytes.length;
  };
}

/**
 * `/dev/tty`, which `getpass` opens: it switches the echo of a terminal off,
 * and so reads what must not be seen.
 * @param {any} FS @param {Input} input @param {import('./output.js').Output} output
 */
function openTerminal(FS, input, output) {
  let mode = { c_iflag: ICRNL, c_oflag: 0, c_cflag: 0, c_lflag: ECHO | ICANON, c_cc: Array(32).fill(0) };
  const tty = { ops: { ioctl_tcgets: () => mode, ioctl_tcsets: (/** @type {any} */ _, /** @type {any} */ __, /** @type {typeof mode} */ wanted) => ((mode = wanted), 0) } };
  FS.registerDevice(FS.makedev(5, 0), {
    open: (/** @type {any} */ stream) => Object.assign(stream, { tty, seekable: false }),
    close() {},
    fsync() {},
    read: (/** @type {any} */ _, /** @type {Int8Array} */ heap, /** @type {number} */ at, /** @type {number} */ most) =>
      input.read(heap, at, most, (mode.c_lflag & ECHO) === 0),
    write(/** @type {any} */ _, /** @type {Int8Array} */ heap, /** @type {number} */ at, /** @type {number} */ length) {
      output.write('Out', heap.subarray(at, at + length));
      return length;
    },
  });
}

/**
 * Runs Python of ours, apart from the program's names and under a name of its
 * own: its frames are not the program's.
 * @param {any} python @param {string} source
 */
function execute(python, source) {
  const globals = python.toPy({ __name__: '<py-editor>' });
  try {
    python.runPython(source, { globals, filename: '<py-editor>' });
  } finally {
    globals.destroy();
  }
}

/**
 * A function of our Python, which has names of its own.
 * @param {any} python @param {string} source @param {string} name @returns {any}
 */
function taken(python, source, name) {
  const own = python.toPy({ __name__: '<py-editor>' });
  python.runPython(source, { globals: own, filename: '<py-editor>' });
  const found = own.get(name);
  own.destroy();
  return found;
}

/**
 * The event loop counts what is scheduled and not yet done. It is looked up when
 * it is first asked for, after the first run.
 * @param {any} python @param {() => void} changed
 */
function watchTasks(python, changed) {
  /** @type {any} */
  let loop;
  return () => {
    if (!loop) {
      loop = python.runPython('__import__("asyncio").get_event_loop()');
      loop._no_in_progress_handler = changed;
    }
    return loop._in_progress > 0;
  };
}

/**
 * Runs the set-up: how a program is started, and how it is interrupted where it waits.
 * @param {any} python @param {import('./signal.js').Signal} signal
 */
function programOf(python, signal) {
  const own = python.toPy({ __name__: '<py-editor>' });
  python.runPython(setup, { globals: own, filename: '<py-editor>' });
  const program = own.get('_program');
  const pause = (/** @type {number} */ ms) => signal.pause(ms);
  const both = program(pause, ...guardOf(python._module));
  const functions = both.toJs();
  if (!python._module.jspiSupported) {
    own.set('_pause', pause);
    python.runPython(standing, { globals: own, filename: '<py-editor>' });
  }
  for (const proxy of [own, program, both]) proxy.destroy();
  return functions;
}

/** @param {() => void} act */
function attempt(act) {
  try {
    act();
  } catch {
    // There is something worse to tell.
  }
}

/**
 * What limits the stack of C, and what lifts the limit; nothing in a version that cannot.
 * @param {any} module @returns {(() => void)[]}
 */
function guardOf({
  _PyThreadState_Get: thread,
  _emscripten_stack_get_base: base,
  _PyUnstable_ThreadState_SetStackProtection: protect,
  _PyUnstable_ThreadState_ResetStackProtection: reset,
}) {
  if (!thread || !base || !protect || !reset) return [() => {}, () => {}];
  return [() => protect(thread(), base() - STACK_BYTES, STACK_BYTES), () => reset(thread())];
}

/** @param {any} python @param {any} start @param {string} code @param {string} filename @param {boolean} showsValue */
async function run(python, start, code, filename, showsValue) {
  const task = start(code, filename, python.globals, showsValue);
  try {
    await task;
  } finally {
    task.destroy();
  }
}
