// Folders of the reader's machine in MicroPython's file system, for `pyscript.fs`
// (Pyodide brings its own). A folder is copied in when it is mounted and copied
// back by `syncfs`: what is new or changed is written, what is gone is removed.

/** @param {any} FS Emscripten's */
export function mountNativeFS(FS) {
  return async (/** @type {string} */ path, /** @type {any} */ folder) => {
    makeFolder(FS, path);
    if (FS.readdir(path).length > 2) throw new Error(`The folder ${path} is not empty.`);
    FS.mount(FS.filesystems.MEMFS, {}, path);
    await copyIn(FS, path, folder);
    return { syncfs: () => copyOut(FS, path, folder) };
  };
}

/** With the folders above it. @param {any} FS @param {string} path */
export function makeFolder(FS, path) {
  let folder = '';
  for (const name of path.split('/').filter(Boolean)) {
    folder += `/${name}`;
    if (!FS.analyzePath(folder).exists) FS.mkdir(folder);
  }
}

/** @param {any} FS @param {string} path @param {any} folder @returns {Promise<void>} */
async function copyIn(FS, path, folder) {
  for await (const [name, entry] of folder.entries()) {
    const inner = `${path}/${name}`;
    if (entry.kind === 'directory') {
      FS.mkdir(inner);
      await copyIn(FS, inner, entry);
    } else {
      const file = await entry.getFile();
      FS.writeFile(inner, new Uint8Array(await file.arrayBuffer()));
    }
  }
}

/** @param {any} FS @param {string} path @param {any} folder @returns {Promise<void>} */
async function copyOut(FS, path, folder) {
  const names = FS.readdir(path).filter((/** @type {string} */ name) => name !== '.' && name !== '..');
  for await (const name of folder.keys()) {
    if (!names.includes(name)) await folder.removeEntry(name, { recursive: true });
  }
  for (const name of names) {
    const inner = `${path}/${name}`;
    if (FS.isDir(FS.stat(inner).mode)) {
      await copyOut(FS, inner, await folder.getDirectoryHandle(name, { create: true }));
    } else {
      const file = await folder.getFileHandle(name, { create: true });
      const stream = await file.createWritable();
      await stream.write(FS.readFile(inner));
      await stream.close();
    }
  }
}
