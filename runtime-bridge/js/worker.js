// The worker's loop: takes messages from the page, gives them to one interpreter.
//
// It decides nothing but how an error is told: a program's exception ends its
// run, a dead interpreter is told as fatal. The messages are those of the crate
// `runtime-protocol` (message.rs), checked against its fixtures; the compiled
// module and the files come beside the message, as `parcel`.
//
// Not here: what an interpreter needs to start (pyodide.js, micropython.js) and
// when output is sent (output.js).

import { Alive } from './alive.js';
import { asker } from './ask.js';
import { micropython } from './micropython.js';
import { Output } from './output.js';
import { pyodide } from './pyodide.js';
import { resolveAgainst } from './relative.js';
import { Shelf } from './shelf.js';
import { installShowing } from './showing.js';
import { Signal } from './signal.js';

/**
 * What the page has loaded once for all workers: empty for an interpreter that
 * does not come with the editor. With `memory` it starts from there; where it
 * `makesMemory`, it gives its own to `keep` before it does anything else.
 * @typedef {{
 *   module?: WebAssembly.Module, files?: Record<string, Blob>, memory?: Blob, makesMemory?: boolean,
 *   keep?: ((memory?: Blob) => void) | undefined,
 * }} Parcel
 *
 * A running interpreter. `execute` runs Python of ours at once, apart from the
 * program's names; `register` makes an object a module that Python can import.
 * `lost` takes an error that nobody caught, if it is what a run will not end without.
 * `watchTasks` says whether tasks are pending, and calls when the last has ended.
 * With `last`, `run` shows the value of the statement that begins there, or of the last one.
 * `interrupt` ends the code of `run` where it waits. `check` compiles and says what is no Python. `inspect` says
 * what a name is (`About`) or what it has (`Members`).
 * `kind` and `python` are for the few who must know (package installers, `config`).
 * @typedef {{
 *   kind: 'pyodide' | 'micropython',
 *   run(code: string, file: string, last?: number): Promise<any>,
 *   interrupt(): void,
 *   lost(error: any): boolean,
 *   execute(source: string): void,
 *   check(code: string): string | null | undefined,
 *   inspect: Inspect,
 *   register(name: string, object: object): void,
 *   watchTasks(changed: () => void): () => boolean,
 *   FS: any,
 *   python: any,
 * }} Running
 *
 * One kind of interpreter: `prepare` imports its JavaScript, `isOwn` if it is what
 * comes with the editor, `boot` starts it, `isDead` tells an error after which it
 * cannot go on.
 * @typedef {{
 *   prepare(entry: string, load: Load, isOwn: boolean): Promise<any>,
 *   boot(prepared: any, parcel: Parcel, output: Output, page: Page): Promise<Running>,
 *   isDead(error: any): boolean,
 * }} Adapter
 *
 * By what the page reaches a program that never yields.
 * @typedef {{ signal: Signal, ask: import('./ask.js').Ask }} Page
 *
 * Imports a module; a failure names the file.
 * @typedef {(url: string) => Promise<any>} Load
 *
 * @typedef {(what: 'Members' | 'About', name: string) => string | null | undefined} Inspect
 *
 * What the page says of this environment: its own address, whether its programs
 * may use it, and the configuration performed. Without `page` there is no
 * coincident on the other side.
 * @typedef {{ base: string, page?: 'Full' | 'None', plan?: import('./config.js').Plan }} About
 *
 * @typedef {{ kind: 'Import' | 'Boot' | 'Restore' | 'Setup' | 'Crash', message: string, file?: string, status?: number }} Fatal
 */

/** @type {Record<string, Adapter>} */
const ADAPTERS = { Pyodide: pyodide, MicroPython: micropython };

/** A program that names it, or a file put beside one, gets the package; others do not wait for it. */
const NAMED = /\bp(?:y|oly)script\b/;

/** How a run ends that was stopped before its code. */
const STOPPED = { type: 'KeyboardInterrupt', message: 'KeyboardInterrupt' };

/** Exceptions that mean an end and not a fault; Pyodide's event loop throws them once more. */
const ENDS = ['SystemExit', 'KeyboardInterrupt'];

// The page's first message names it too, but only comes when the page has heard
// that this script runs; a failure is told by whoever imports it then.
const entry = new URL(self.location.href).hash.slice(1);
if (entry) import(entry).catch(() => {});

// Taken before any program can replace it.
const post = self.postMessage.bind(self);
const output = new Output(post);

const signal = new Signal();
const ask = asker(post, signal, () => output.flush());

const alive = new Alive((isAlive) => post({ Background: { alive: isAlive } }));

/** @type {Adapter} */
let adapter;
/** @type {Promise<any>} */
let prepared;
/** The interpreter, once: it may start before it is anybody's. @type {Promise<Running> | undefined} */
let started;
/** @type {Running} */
let running;
/** A worker that cannot start says so once. */
let isBroken = false;
/** @type {About} */
let about;
/** The run under way. @type {number | undefined} */
let current;
/** The first messages of coincident, until somebody wants them. @type {MessageEvent[]} */
const held = [];
/** @type {Promise<import('./pyscript.js').Installed> | undefined} */
let installed;
/** @type {Shelf} */
let shelf;

/** @type {Record<string, (body: any, parcel: any) => void>} */
const HANDLERS = {
  Prepare({ interpreter, entry, base, page }, { plan } = {}) {
    about = { base: base ?? self.location.href, page, plan };
    // A spare becomes somebody's.
    if (adapter) return;
    alive.watch(globalThis);
    adapter = ADAPTERS[interpreter];
    prepared = adapter.prepare(entry, load, !plan?.interpreter).catch((error) => {
      throw Object.assign(error, { kind: 'Import' });
    });
    prepared.catch(unstarted);
  },

  Warm: (_, parcel) => void start(parcel).catch(unstarted),

  async Boot(_, parcel) {
    try {
      running = await start(parcel);
      installShowing(running, output);
      resolveAgainst(about.base);
      alive.ask(running.watchTasks(alive.changed));
      if (about.page === 'None') (await load(beside('limits.js'))).limit();
      if (about.plan) await perform(about.plan);
      shelf = new Shelf(running.FS, post);
      post('Booted');
    } catch (error) {
      unstarted(error);
    }
  },

  async Run({ run, file, code, before, last }, parcel) {
    alive.run(true);
    signal.take(parcel);
    current = run;
    try {
      for (const source of [before ?? '', code]) {
        if (installs(source)) await (await installer()).beforeRun(running, about.plan, source, progress);
        if (NAMED.test(source)) pyscript();
      }
      await installed;
      if (signal.wasRaised) throw STOPPED;
      if (before) await running.run(before, file).catch(reportUnlessStopped);
      await running.run(code, file, last);
      ended();
      post({ Done: { run } });
    } catch (error) {
      ended();
      if (adapter.isDead(error)) fatal({ kind: 'Crash', message: String(error) });
      else post({ Done: { run, error: raised(error) } });
    }
    alive.run(false);
  },

  // Heard by code that waits; code that computes has met its signal before.
  Interrupt({ run }) {
    if (run === current) interrupt();
  },

  Put(file) {
    const text = shelf.put(file);
    // The next run waits for it, and tells if it fails.
    if (NAMED.test(text)) pyscript().catch(() => {});
  },
  Take: (file) => shelf.take(file),

  Check({ check, code }) {
    const message = running.check(code);
    post({ Checked: { check, error: message ? { kind: 'SyntaxError', message } : undefined } });
  },

  Inspect: ({ inspect, what, name }) => post({ Inspected: { inspect, text: running.inspect(what, name) ?? undefined } }),

  Pace: (_, taken) => output.paceBy(taken),
};

/** @param {Parcel} parcel */
function start(parcel) {
  const keep = parcel?.makesMemory ? hand : undefined;
  return (started ??= prepared.then((imported) => adapter.boot(imported, { ...parcel, keep }, output, { signal, ask })));
}

/** Gives a copy of the memory to the page. @param {Blob} [memory] */
function hand(memory) {
  post({ Memory: memory });
}

/** @param {any} error */
function unstarted(error) {
  if (isBroken) return;
  isBroken = true;
  fatal({ kind: error?.kind ?? 'Boot', message: raised(error).message, file: error?.file, status: error?.status });
}

/** Ends what goes on where it waits. */
function interrupt() {
  if (signal.hear()) running.interrupt();
}
signal.onTurn = interrupt;

/** What belongs to a run comes before the word of its end. */
function ended() {
  current = undefined;
  signal.end();
  output.end();
  shelf.tell();
}

self.addEventListener('message', (/** @type {MessageEvent} */ event) => {
  // Coincident's, said again later by somebody who cannot be trusted: the browser's word differs.
  if (Array.isArray(event.data)) return void (event.isTrusted && held.push(event));
  // Coincident takes whatever comes first for its own, where there is no page to greet it.
  event.stopImmediatePropagation();
  const { message, parcel } = event.data;
  const [kind, body] = typeof message === 'string' ? [message, undefined] : Object.entries(message)[0];
  HANDLERS[kind](body, parcel);
});

self.addEventListener('error', (event) => uncaught(event, event.error ?? event.message));
self.addEventListener('unhandledrejection', (event) => uncaught(event, event.reason));

/**
 * What a callback or a task threw after nobody was left to catch it: shown with
 * the program's own errors, since no console is at hand there.
 * @param {Event} event @param {any} error
 */
function uncaught(event, error) {
  event.preventDefault();
  // Before there is an interpreter, its start tells.
  if (running && !running.lost(error)) report(error);
}

/** Of code that runs before a program. @param {any} error */
function reportUnlessStopped(error) {
  if (signal.wasRaised) throw error;
  report(error);
}

/** @param {any} error */
function report(error) {
  if (adapter?.isDead(error)) return fatal({ kind: 'Crash', message: String(error) });
  if (ENDS.includes(error?.type)) return;
  const { kind, message } = raised(error);
  output.add('Err', error?.type ? message : `${kind}: ${message}\n`);
}

/**
 * The class and the text of what was thrown. A Python error has both apart;
 * a JavaScript error has a name; anything else is its own text.
 * @param {any} error
 */
function raised(error) {
  const isError = typeof error?.message === 'string';
  return {
    kind: String(error?.type ?? (isError ? error.name : 'Error')),
    message: isError ? error.message : String(error),
  };
}

/**
 * What an author configured, before the first program. Files and packages may
 * import `pyscript` without the program's naming it.
 * @param {import('./config.js').Plan} plan
 */
async function perform(plan) {
  const { performPlan } = await installer();
  await performPlan(running, plan, progress).catch((error) => {
    throw Object.assign(error, { kind: 'Setup' });
  });
  if (plan.files.length || plan.packages.length) await pyscript();
}

/** Whether something must be installed before this code can run. @param {string} code */
const installs = (code) => about.plan?.auto_packages || /\bmip\b|\bmicropip\b/.test(code);

/** @returns {Promise<typeof import('./plan.js')>} */
const installer = () => load(beside('plan.js'));

/** @type {import('./plan.js').Report} */
function progress(label, loaded_bytes = 0, total_bytes = 0) {
  post({ Progress: { label, loaded_bytes, total_bytes } });
}

/**
 * The package `pyscript`, once.
 * @returns {Promise<import('./pyscript.js').Installed>}
 */
function pyscript() {
  installed ??= load(beside('pyscript.js')).then(({ install }) =>
    install({ running, about, held, post, report, flush: () => output.flush(), alive }),
  );
  return installed;
}

/** @param {string} file of the build, which lies beside this one */
const beside = (file) => new URL(file, import.meta.url).href;

/** @param {Fatal} fatal */
function fatal(fatal) {
  output.end();
  post({ Fatal: fatal });
}

/**
 * An import says little about why it failed, so the server is asked once more.
 * @type {Load}
 */
async function load(url) {
  try {
    return await import(url);
  } catch (error) {
    const answer = await fetch(url).catch(() => ({ status: 0 }));
    throw Object.assign(new Error(String(error)), { file: url, status: answer.status });
  }
}
