// Whose turn it is between a worker and the page, and when both wait for each other.
//
// While the page serves `sync.A()`, the worker stands still and can answer
// nothing; calls of the page for it are held until A has ended. If A itself
// awaits such a call B, neither can go on. The rule: B counts as awaited by A when
//   1. it was called in the course of A: before A's first `await`, or later, where
//      the engine's stacks name the function that awaits (V8 does);
//   2. its promise is awaited or returned (`then` with a function is not enough);
//   3. A has not ended by the next task.
// Then B is rejected, which A can catch; if it does not, `sync.A()` raises. A call
// that only overlaps with a long A, from elsewhere, is held and served afterwards.
// Without shared memory nobody stands still, and nothing is held.
//
// Not here: what is called.

/** Frames to look through for the function that awaits. */
const FRAMES = 60;

export class Turns {
  /** @type {Turn | null} */
  #turn = null;
  #count = 0;
  #blocks;
  #onDeadlock;

  /** @param {boolean} blocks whether the worker stands still meanwhile @param {(text: string) => void} onDeadlock */
  constructor(blocks, onDeadlock) {
    this.#blocks = blocks;
    this.#onDeadlock = onDeadlock;
  }

  /**
   * Runs a function of the page for the worker.
   * @param {string} name @param {() => any} run
   */
  async serve(name, run) {
    if (!this.#blocks) return run();
    const turn = new Turn(name, `served${(this.#count += 1)}`);
    this.#turn = turn;
    try {
      return await turn.run(run);
    } finally {
      this.#turn = null;
      turn.end();
    }
  }

  /**
   * Calls a function of the worker, now or when it can answer.
   * @param {string} name @param {() => Promise<any>} call
   * @returns {Promise<any>}
   */
  ask(name, call) {
    const turn = this.#turn;
    if (!turn) return call();
    return turn.hold(call, () => deadlock(turn.name, name, this.#onDeadlock));
  }
}

/** The time in which the page serves one request. */
class Turn {
  name;
  #marker;
  #isStarting = false;
  #isOver = false;
  /** @type {Set<() => void>} */
  #held = new Set();

  /** @param {string} name @param {string} marker a name that only stacks of this turn contain */
  constructor(name, marker) {
    this.name = name;
    this.#marker = marker;
  }

  /** @param {() => any} run */
  async run(run) {
    const { [this.#marker]: served } = {
      [this.#marker]: async () => {
        this.#isStarting = true;
        const result = run();
        this.#isStarting = false;
        return await result;
      },
    };
    try {
      return await served();
    } finally {
      this.#isStarting = false;
    }
  }

  end() {
    this.#isOver = true;
    // After the answer is on its way: the worker must be free first.
    setTimeout(() => this.#held.forEach((go) => go()));
  }

  /** @param {() => Promise<any>} call @param {() => Error} refuse */
  hold(call, refuse) {
    const isWithin = this.#isStarting || this.#isOnStack();
    /** @type {(result: any) => void} */
    let resolve = () => {};
    /** @type {(error: Error) => void} */
    let reject = () => {};
    const promise = new HeldCall((yes, no) => {
      resolve = yes;
      reject = no;
    });
    const go = () => resolve(call());
    this.#held.add(go);
    if (isWithin) {
      promise.onAwaited = () =>
        setTimeout(() => {
          if (!this.#isOver && this.#held.delete(go)) reject(refuse());
        });
    }
    return promise;
  }

  #isOnStack() {
    const { stackTraceLimit } = /** @type {any} */ (Error);
    /** @type {any} */ (Error).stackTraceLimit = FRAMES;
    const { stack } = new Error();
    /** @type {any} */ (Error).stackTraceLimit = stackTraceLimit;
    return new RegExp(`\\b${this.#marker}\\b`).test(stack ?? '');
  }
}

/**
 * A promise that notices when it, or one made from it, is awaited.
 * @extends {Promise<any>}
 */
class HeldCall extends Promise {
  /** @type {HeldCall} */
  #origin = this;
  onAwaited = () => {};

  /**
   * @override
   * @param {any} [fulfilled] @param {any} [rejected]
   * @returns {any}
   */
  then(fulfilled, rejected) {
    const next = super.then(fulfilled, rejected);
    if (next instanceof HeldCall) next.#origin = this.#origin;
    if (isEngines(fulfilled)) this.#origin.onAwaited();
    return next;
  }
}

/** `await`, `return` and `Promise.all` hand over functions of the engine without a name. @param {unknown} f */
const isEngines = (f) => typeof f === 'function' && f.name === '' && /\[native code\]/.test(Function.prototype.toString.call(f));

/** @param {string} outer @param {string} inner @param {(text: string) => void} tell */
function deadlock(outer, inner, tell) {
  const text =
    `💀🔒 - Possible deadlock if proxy.${inner}(...args) is awaited - is proxy.${outer}() awaiting proxy.${inner}() ? ` +
    `Python waits for sync.${outer}() and cannot run ${inner}() meanwhile, so this call of ${inner}() was refused. ` +
    `Call it without awaiting it in ${outer}(), or return from ${outer}() first.`;
  console.warn(text);
  tell(text);
  return new Error(text);
}
