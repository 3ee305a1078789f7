// Whether something of a program goes on after its run: timers, open sockets,
// tasks, functions that the page holds. The page is told when that changes, so that
// it does not put a worker away in which something is going on.
//
// Seen are timers and sockets (by standing before the worker's own), Pyodide's
// tasks, and callbacks. Not seen: a task on MicroPython that waits for nothing but
// a promise, and handlers on a program's own `MessageChannel`.

/** A loop of timers has moments without one; they are not told. */
const SETTLED_MS = 100;

// Taken before anybody stands before them.
const { setTimeout: later, clearTimeout: never } = globalThis;

export class Alive {
  /** @type {Set<unknown>} */
  #going = new Set();
  /** What else to ask. @type {(() => boolean)[]} */
  #others = [];
  #tell;
  #isTold = false;
  #isRunning = false;
  /** @type {any} */
  #timer = 0;

  /** @param {(isAlive: boolean) => void} tell called on changes */
  constructor(tell) {
    this.#tell = tell;
  }

  /** @param {() => boolean} isAlive */
  ask(isAlive) {
    this.#others.push(isAlive);
  }

  /** A run begins or ends; during it nothing is told. @param {boolean} isRunning */
  run(isRunning) {
    this.#isRunning = isRunning;
    if (!isRunning) this.#look();
  }

  /** Something may have changed. */
  changed = () => {
    if (this.#isRunning) return;
    never(this.#timer);
    this.#timer = later(() => this.#look(), SETTLED_MS);
  };

  #look() {
    if (this.#isRunning) return;
    const isAlive = this.#going.size > 0 || this.#others.some((isAlive) => isAlive());
    if (isAlive === this.#isTold) return;
    this.#isTold = isAlive;
    this.#tell(isAlive);
  }

  /** @param {unknown} thing */
  #start(thing) {
    this.#going.add(thing);
    this.changed();
  }

  /** @param {unknown} thing */
  #end(thing) {
    if (this.#going.delete(thing)) this.changed();
  }

  /** Stands before timers and sockets. @param {any} scope the worker's global object */
  watch(scope) {
    const { setTimeout, setInterval, clearTimeout, clearInterval, WebSocket } = scope;
    scope.setTimeout = (/** @type {any} */ work, /** @type {any[]} */ ...rest) => {
      if (typeof work !== 'function') return setTimeout(work, ...rest);
      const timer = setTimeout((/** @type {any[]} */ ...args) => {
        this.#end(timer);
        return work(...args);
      }, ...rest);
      this.#start(timer);
      return timer;
    };
    scope.setInterval = (/** @type {any[]} */ ...args) => {
      const timer = setInterval(...args);
      this.#start(timer);
      return timer;
    };
    // One may end what the other began.
    const ending = (/** @type {(timer: any) => void} */ end) => (/** @type {any} */ timer) => {
      this.#end(timer);
      end(timer);
    };
    scope.clearTimeout = ending(clearTimeout);
    scope.clearInterval = ending(clearInterval);
    if (!WebSocket) return;
    scope.WebSocket = new Proxy(WebSocket, {
      construct: (Class, args, asked) => {
        const socket = Reflect.construct(Class, args, asked);
        this.#start(socket);
        socket.addEventListener('close', () => this.#end(socket));
        return socket;
      },
    });
  }
}
