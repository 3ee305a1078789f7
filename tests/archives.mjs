/**
 * Archives for tests, made from names and texts.
 *
 * Not here: reading them, which is what is tested.
 */

import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";

const BLOCK = 512;

/** @typedef {Record<string, string>} Files by path; a path that ends in a slash is a folder */

/** @param {Files} files */
export const zip = (files) => Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)]))));

/** @param {Files} files */
export const tgz = (files) => gzipSync(tar(files));

/**
 * Long names go into a member before the one that they name.
 * @param {Files} files @param {"gnu" | "posix"} [form] how they do
 */
export function tar(files, form = "posix") {
  const members = Object.entries(files).flatMap(([path, text]) => {
    const kind = path.endsWith("/") ? "5" : "0";
    const own = member(path.slice(0, 100), kind, text);
    if (path.length <= 100) return [own];
    return [form === "gnu" ? member("././@LongLink", "L", `${path}\0`) : member("PaxHeaders/x", "x", record("path", path)), own];
  });
  return Buffer.concat([...members, Buffer.alloc(2 * BLOCK)]);
}

/** @param {string} name @param {string} kind @param {string} text */
function member(name, kind, text) {
  const content = Buffer.from(text);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(content.length.toString(8).padStart(11, "0") + "\0", 124);
  header.write("        ", 148);
  header.write(kind, 156);
  header.write("ustar\0" + "00", 257);
  const sum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(sum.toString(8).padStart(6, "0") + "\0 ", 148);
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

/** The length of a record counts its own digits. @param {string} key @param {string} value */
function record(key, value) {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}
