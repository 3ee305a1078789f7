// The files of an environment, beside the interpreter: writes those that a
// reader puts there, lists those that programs wrote, and hands them out.
//
// Contents travel as URLs: a reader's file is read from one, at once, so that
// the program after it finds it; a program's file gets one. What was there when
// the interpreter was up, and has not changed since, is not listed.
//
// Not here: which files outlive an interpreter (`runtime_protocol::shelf`).

/** Folders of the system, where no program of a reader's writes. */
const SYSTEM = new Set(['/dev', '/proc', '/lib', '/sys', '/etc', '/usr']);
/** What Python makes for itself, and the package that comes from us. */
const IGNORED = new Set(['.', '..', '__pycache__', 'pyscript']);

/** @typedef {{ path: string, bytes: number }} Entry */

export class Shelf {
  #FS;
  #post;
  /** @type {Map<string, string>} */
  #first;
  #told = '[]';

  /** @param {any} FS Emscripten's @param {(message: object) => void} post */
  constructor(FS, post) {
    this.#FS = FS;
    this.#post = post;
    this.#first = new Map(this.#walk().map(([path, { key }]) => [path, key]));
  }

  /**
   * @param {{ path: string, url: string }} file
   * @returns {string} the text of a Python file, which may want more than itself
   */
  put({ path, url }) {
    let text = '';
    const request = new XMLHttpRequest();
    request.open('GET', url, false);
    request.responseType = 'arraybuffer';
    try {
      request.send();
      const folder = path.split('/').slice(0, -1).join('/');
      if (folder) this.#FS.mkdirTree(folder);
      const bytes = new Uint8Array(request.response);
      this.#FS.writeFile(path, bytes);
      if (path.endsWith('.py')) text = new TextDecoder().decode(bytes);
    } catch {
      // The page's list tells: the file is not in it.
    }
    this.tell();
    return text;
  }

  /** @param {{ path: string }} file */
  take({ path }) {
    try {
      const url = URL.createObjectURL(new Blob([this.#FS.readFile(path)]));
      this.#post({ Taken: { path, url } });
    } catch {
      this.#post({ Taken: { path } });
    }
  }

  /** Posts the list where it has changed. */
  tell() {
    const found = this.#walk().filter(([path, { key }]) => this.#first.get(path) !== key);
    /** @type {Entry[]} */
    const list = found.map(([path, { bytes }]) => ({ path, bytes }));
    const told = JSON.stringify(list);
    if (told === this.#told) return;
    this.#told = told;
    this.#post({ Files: list });
  }

  /** @returns {[path: string, { bytes: number, key: string }][]} below the working folder */
  #walk(folder = '') {
    const FS = this.#FS;
    const absolute = (/** @type {string} */ path) => `${FS.cwd()}/${path}`.replace('//', '/');
    /** @type {[string, { bytes: number, key: string }][]} */
    const found = [];
    for (const name of FS.readdir(absolute(folder))) {
      const path = folder ? `${folder}/${name}` : name;
      if (IGNORED.has(name) || SYSTEM.has(absolute(path))) continue;
      const { mode, size, mtime } = FS.stat(absolute(path));
      if (FS.isDir(mode)) found.push(...this.#walk(path));
      else if (FS.isFile(mode)) found.push([path, { bytes: size, key: `${size} ${Number(mtime)}` }]);
    }
    return found;
  }
}
