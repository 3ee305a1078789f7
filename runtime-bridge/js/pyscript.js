// The `pyscript` package, put into a running interpreter when a program first
// names it. Its Python files are those of the npm package, as they are; what they
// expect around them is made here and in `pyscript/`.
//
// A chunk of its own, with coincident's worker half: a program without
// `pyscript` loads and pays nothing of this.
//
// Not here: what the page does (page.js), what an editor shows.

import IDBMap from '@webreflection/idb-map';
import IDBMapSync from '@webreflection/idb-map/sync';
import stdlib from 'pyscript-stdlib';

import { FOLDERS, REFUSED } from './names.js';
import { connect } from './pyscript/access.js';
import { Callables } from './pyscript/callables.js';
import registry from './pyscript/callables.py';
import display from './pyscript/display.py';
import { jsModules } from './pyscript/js-modules.js';
import { makeFolder, mountNativeFS } from './pyscript/native-fs.js';
import polyscript from './pyscript/polyscript.py';
import { Reason } from './pyscript/reason.js';
import { Remote } from './pyscript/remote.js';
import { syncFor } from './pyscript/sync.js';
import { micropythonValues } from './pyscript/values-micropython.js';
import { pyodideValues } from './pyscript/values-pyodide.js';

/**
 * What the worker gives and is told.
 * @typedef {{
 *   running: import('./worker.js').Running,
 *   about: import('./worker.js').About,
 *   held: MessageEvent[],
 *   post(message: object): void,
 *   flush(): void,
 *   report(error: any): void,
 *   alive: import('./alive.js').Alive,
 * }} Surroundings
 *
 * @typedef {{ callables: Callables }} Installed
 */

/**
 * On Python's path (callables.py), and not among the program's own files. Frames
 * below `/lib/python` are the interpreter's own to whoever reads a traceback.
 */
const FOLDER = '/lib/python-pyscript';
/** Whose file is under another name, so that ours can stand before it. */
const RENAMED = { 'display.py': '_page_display.py' };

/** @param {Surroundings} surroundings @returns {Promise<Installed>} */
export async function install({ running, about, held, post, flush, report, alive }) {
  /** What Python finds as `_py_editor`. @type {Record<string, any>} */
  const own = {};
  running.register('_py_editor', own);
  running.execute(registry);
  const values = { pyodide: pyodideValues, micropython: micropythonValues }[running.kind](running.python, /** @type {any} */ (own));
  const callables = new Callables(values, report);
  callables.changed = alive.changed;
  alive.ask(() => callables.size > 0);
  const access = about.page === 'Full' ? await connect(held, functionsOf(values, callables, running.lost)) : null;

  const remote = new Remote({
    plain: (value) => values.plain(value, (callable) => callables.of(callable)),
    isProxy: access?.isProxy ?? (() => false),
    asked: access?.asked ?? (() => 0),
    window: access?.window,
  });
  callables.receive = remote.receive;
  const window = access?.window ? remote.receive(access.window) : null;
  const sync = access && syncFor(access.proxy, values, flush);
  const reason = new Reason(about, post);
  const config = about.plan?.values ?? {};

  Object.assign(own, {
    hasPage: Boolean(window),
    hasSync: Boolean(sync),
    hasStorage: about.page !== 'None',
    window,
    sync,
    // On MicroPython, what JavaScript throws passes Python by.
    attempt: attemptWith(sync),
    hasFfi: Boolean(window),
    ffi: window && ffiFor(/** @type {import('./pyscript/access.js').Access} */ (access), remote),
    config,
    js_modules: await jsModules(about.plan?.js_modules, sync, window, () => (reason.tell(), reason.text)),
    IDBMap,
    async storage(/** @type {string} */ name) {
      const storage = new IDBMapSync(name);
      await storage.sync();
      return storage;
    },
    unavailable: reason.text,
    touched: () => reason.tell(),
    callables: () => callables.size,
  });
  running.register('_pyscript', {
    fs: { NAMESPACE: FOLDERS, ERROR: REFUSED },
    interpreter: running.kind === 'pyodide' ? running.python : { mountNativeFS: mountNativeFS(running.FS), _module: { FS: running.FS } },
  });
  write(running);
  return { callables };
}

/** @param {import('./worker.js').Running} running */
function write({ FS }) {
  const { pyscript } = stdlib;
  makeFolder(FS, `${FOLDER}/pyscript`);
  FS.writeFile(`${FOLDER}/polyscript.py`, polyscript);
  for (const [name, text] of Object.entries(pyscript)) {
    FS.writeFile(`${FOLDER}/pyscript/${RENAMED[/** @type {keyof typeof RENAMED} */ (name)] ?? name}`, text);
  }
  FS.writeFile(`${FOLDER}/pyscript/display.py`, display);
}

/**
 * How functions are told apart on their way to the page.
 * @param {import('./pyscript/values.js').Values} values @param {Callables} callables
 * @param {(error: any) => boolean} lost
 */
function functionsOf(values, callables, lost) {
  /** JavaScript's own functions (of promises, mostly) only learn to understand what the page gives. @type {WeakMap<Function, Function>} */
  const receiving = new WeakMap();
  const ours = new WeakSet();
  return {
    /** @param {Function} fn */
    functionOf(fn) {
      if (callables.has(fn)) return fn;
      if (values.isCallable(fn)) return callables.of(fn);
      const known = receiving.get(fn);
      if (known) return known;
      if (ours.has(fn)) return fn;
      const made = (/** @type {any[]} */ ...args) => {
        try {
          return fn(...args.map((arg) => callables.receive(arg)));
        } catch (error) {
          // A program goes on in here after `await` on MicroPython: its error is not for the page that called.
          if (!lost(error)) throw error;
        }
      };
      receiving.set(fn, made);
      ours.add(made);
      return made;
    },
    /** @param {Function} fn */
    released: (fn) => callables.release(fn),
  };
}

/** @param {import('./pyscript/access.js').Access} access @param {Remote} remote */
function ffiFor({ ffi }, { send, receive }) {
  return {
    assign: (/** @type {any} */ target, /** @type {any[]} */ ...sources) => (ffi.assign(send(target), ...sources.map(send)), target),
    direct: (/** @type {any} */ value) => ffi.direct(send(value)),
    gather: (/** @type {any} */ target, /** @type {string[]} */ ...keys) => ffi.gather(send(target), ...keys).map(receive),
    query: (/** @type {any} */ target, /** @type {string} */ path) => receive(ffi.query(send(target), path)),
    evaluate: (/** @type {Function} */ fn, /** @type {any[]} */ ...args) => receive(ffi.evaluate(fn, ...args.map(send))),
  };
}

/** Calls a function on `sync` and tells an error as a value. @param {any} sync */
function attemptWith(sync) {
  return (/** @type {string} */ name, /** @type {any[]} */ ...args) => {
    try {
      return { ok: true, value: sync[name](...args) };
    } catch (/** @type {any} */ error) {
      return { ok: false, error, name: String(error?.name ?? 'Error'), message: String(error?.message ?? error) };
    }
  };
}
