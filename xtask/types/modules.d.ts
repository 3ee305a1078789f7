/** What the build puts in place of names that are no files. */

/** The styles of an editor as text. */
declare module "element-css" {
  const css: string;
  export default css;
}

/** Styles as text. */
declare module "*.css" {
  const css: string;
  export default css;
}

/** What lies beside the module. */
declare module "assets" {
  interface Interpreter {
    version: string;
    entry: string;
    files: { path: string; bytes: number }[];
  }
  const assets: { version: string; interpreters: Record<string, Interpreter> };
  export default assets;
}

/** Python that runs in an interpreter, as text. */
declare module "*.py" {
  const source: string;
  export default source;
}

/** Python files of the npm package `@pyscript/core`, by name. */
declare module "pyscript-stdlib" {
  const stdlib: { pyscript: Record<string, string> };
  export default stdlib;
}

/** Without types of their own that fit `checkJs`. */
declare module "coincident/main" {
  const coincident: (options: object) => { Worker: any; native: boolean };
  export default coincident;
}
declare module "coincident/sw/listeners" {
  type Fetch = { request: { method: string; url: string; json: () => Promise<any> }; stopImmediatePropagation: () => void; respondWith: (answer: Promise<Response>) => void };
  export const activate: (event: Event) => void;
  export const install: (event: Event) => void;
  export const fetch: (event: Fetch) => void;
}
declare module "coincident/worker" {
  const coincident: (options: object) => Promise<{ proxy: any; sync: boolean; native: boolean }>;
  export default coincident;
}
declare module "reflected-ffi/encoder" {
  export const encoder: (options: object) => (value: unknown, buffer: ArrayBufferLike) => number | Promise<number>;
}
declare module "reflected-ffi/decoder" {
  export const decoder: (options: object) => (length: number, buffer: ArrayBufferLike) => any;
}
declare module "reflected-ffi/local" {
  const local: (options: object) => any;
  export default local;
}
declare module "reflected-ffi/remote" {
  const remote: (options: object) => any;
  export default remote;
}
declare module "reflected-ffi/utils/events" {
  const patchEvent: (event: Event) => void;
  export default patchEvent;
}
declare module "@webreflection/idb-map" {
  export default class IDBMap {
    constructor(name: string);
    has(key: string): Promise<boolean>;
    get(key: string): Promise<any>;
    set(key: string, value: unknown): Promise<this>;
    delete(key: string): Promise<void>;
  }
}
declare module "@webreflection/idb-map/sync" {
  export default class IDBMapSync extends Map<string, any> {
    constructor(name: string);
    sync(): Promise<void>;
  }
}
