// `files` of a plan: fetched all at once, then written into the interpreter's
// file system in the order of the configuration, so that a later archive wins.
//
// Not here: archives themselves (archives.js).

import { unpack } from './archives.js';
import { get } from './fetching.js';

/**
 * @param {any} FS Emscripten's
 * @param {import('./config.js').FileEntry[]} entries
 * @param {import('./plan.js').Report} report
 * @returns {Promise<string[]>} a sentence for each that failed
 */
export async function putFiles(FS, entries, report) {
  const coming = entries.map(({ url, path }) => get(url, (...bytes) => report(`file ${nameOf(url, path)}`, ...bytes)));
  const came = await Promise.allSettled(coming);
  const failures = [];
  for (const [index, entry] of entries.entries()) {
    const result = came[index];
    try {
      if (result.status === 'rejected') throw result.reason;
      await put(FS, entry, result.value);
    } catch (error) {
      failures.push(`${entry.key}: ${wordsOf(error)}`);
    }
  }
  return failures;
}

/** @param {string} url @param {string} path */
const nameOf = (url, path) => (path.endsWith('/') ? url : path).replace(/[?#].*/, '').split('/').at(-1) || url;

/** @param {any} FS @param {import('./config.js').FileEntry} entry @param {Uint8Array<ArrayBuffer>} bytes */
async function put(FS, { url, path, unpack: isArchive }, bytes) {
  if (!isArchive) return write(FS, path, bytes);
  for (const member of await unpack(bytes, url)) {
    if (member.bytes) write(FS, path + member.path, member.bytes);
    else makeFolders(FS, path + member.path);
  }
}

/**
 * Writes a file and the folders above it; a relative path is of the working folder.
 * @param {any} FS @param {string} path @param {Uint8Array} bytes
 */
export function write(FS, path, bytes) {
  const folders = path.split('/').slice(0, -1).join('/');
  if (folders) makeFolders(FS, folders);
  try {
    FS.writeFile(path, bytes);
  } catch (error) {
    throw new Error(`${path} cannot be written (${wordsOf(error)}). Choose another path.`);
  }
}

/** @param {any} FS @param {string} path */
function makeFolders(FS, path) {
  let folder = path.startsWith('/') ? '' : '.';
  for (const part of path.split('/').filter((part) => part && part !== '.')) {
    folder += `/${part}`;
    if (!FS.analyzePath(folder).exists) FS.mkdir(folder);
  }
}

/** Emscripten's own errors have a number and no words. @param {any} error */
function wordsOf(error) {
  return error?.message || (error?.errno ? `the file system refused it, errno ${error.errno}` : String(error));
}
