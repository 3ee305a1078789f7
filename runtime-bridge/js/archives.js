// Takes archives apart: zip (wheels are zips), tar, and tar packed with gzip.
// What an archive is, is seen in its bytes; its name may say nothing or lie.
//
// Not here: where the members go.

import { unzipSync } from 'fflate';

/** A file, or a folder without bytes. Paths are relative and stay inside. @typedef {{ path: string, bytes: Uint8Array | null }} Member */

const BLOCK = 512;
const decoder = new TextDecoder();

/**
 * @param {Uint8Array<ArrayBuffer>} bytes @param {string} name for errors
 * @returns {Promise<Member[]>}
 */
export async function unpack(bytes, name) {
  const members = await take(bytes, name).catch((error) => {
    throw new Error(`${name} cannot be unpacked (${error.message}). Make the archive afresh, and check that the server sends it unchanged.`);
  });
  if (!members) {
    throw new Error(`Unsupported archive ${name}. It is no zip, wheel, tar or tar.gz by its content: check the address, or leave the \`*\` out of the path.`);
  }
  return members.map(inside).filter((member) => member !== null);
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {string} name @returns {Promise<Member[] | null>} */
async function take(bytes, name) {
  if (starts(bytes, [0x50, 0x4b])) return unzip(bytes);
  if (starts(bytes, [0x1f, 0x8b])) return take(await gunzip(bytes), name);
  return isTar(bytes) ? untar(bytes) : null;
}

/** @param {Uint8Array} bytes @param {number[]} signature */
const starts = (bytes, signature) => signature.every((byte, index) => bytes[index] === byte);

/** @param {Uint8Array} bytes @returns {Member[]} */
function unzip(bytes) {
  return Object.entries(unzipSync(bytes)).map(([path, content]) => ({ path, bytes: path.endsWith('/') ? null : content }));
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function gunzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The checksum of the first header is what every tar has; the oldest have no signature. @param {Uint8Array} bytes */
function isTar(bytes) {
  if (bytes.length < BLOCK) return false;
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += at >= 148 && at < 156 ? 0x20 : bytes[at];
  return sum === number(bytes, 148, 8);
}

/**
 * Long names come in members of their own before the one that they name: as
 * records (`x`, POSIX) or as text (`L`, GNU).
 * @param {Uint8Array} bytes @returns {Member[]}
 */
function untar(bytes) {
  const members = [];
  let longName = '';
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const size = number(bytes, at + 124, 12);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new Error('it ends too early');
    const kind = String.fromCharCode(bytes[at + 156]);
    if (kind === 'L') longName = text(content, 0, size);
    else if (kind === 'x') longName = recordedPath(content) ?? longName;
    else {
      const path = longName || nameAt(bytes, at);
      if (kind === '5' || path.endsWith('/')) members.push({ path, bytes: null });
      else if (kind === '0' || kind === '\0' || kind === '7') members.push({ path, bytes: content });
      longName = '';
    }
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  return members;
}

/** @param {Uint8Array} bytes @param {number} at of the header */
function nameAt(bytes, at) {
  const isPosix = text(bytes, at + 257, 5) === 'ustar' && bytes[at + 262] === 0;
  const prefix = isPosix ? text(bytes, at + 345, 155) : '';
  const name = text(bytes, at, 100);
  return prefix ? `${prefix}/${name}` : name;
}

/** Records are `LENGTH KEY=VALUE\n`, the length that of the whole record. @param {Uint8Array} content */
function recordedPath(content) {
  for (let at = 0; at < content.length; ) {
    const length = parseInt(text(content, at, 20), 10);
    if (!(length > 0)) return undefined;
    const record = decoder.decode(content.subarray(at, at + length - 1));
    const [, key, value] = /^\d+ ([^=]*)=(.*)$/s.exec(record) ?? [];
    if (key === 'path') return value;
    at += length;
  }
  return undefined;
}

/** @param {Uint8Array} bytes @param {number} at @param {number} length up to a zero */
function text(bytes, at, length) {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

/** Octal text, or binary in base 256 when the first bit is set. @param {Uint8Array} bytes @param {number} at @param {number} length */
function number(bytes, at, length) {
  if (bytes[at] & 0x80) return bytes.subarray(at + 1, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
  return parseInt(text(bytes, at, length).trim(), 8) || 0;
}

/** Nothing leaves the folder: `..` and leading slashes are dropped. @param {Member} member */
function inside({ path, bytes }) {
  const parts = path.split('/').filter((part) => part && part !== '.' && part !== '..');
  return parts.length > 0 ? { path: parts.join('/'), bytes } : null;
}
