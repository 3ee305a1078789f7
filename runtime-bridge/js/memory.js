// Copies of an interpreter's memory, kept across visits in Cache Storage.
//
// Where that is not there (insecure pages, private windows, no room), nothing is
// kept and nothing fails. A copy that is not whole is none.
//
// Not here: what is in a copy, and which key it has (`runtime_protocol::memory`).

const CACHE = 'py-editor-memory';
const BYTES = 'x-bytes';

/** @param {string} key a URL @returns {Promise<Blob | undefined>} */
export async function findMemory(key) {
  try {
    const found = await (await caches.open(CACHE)).match(key);
    const copy = await found?.blob();
    return copy && copy.size === Number(found?.headers.get(BYTES)) ? copy : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps a copy in the place of those of other builds.
 * @param {string} key @param {Blob} copy
 */
export async function keepMemory(key, copy) {
  try {
    const cache = await caches.open(CACHE);
    await cache.delete(key, { ignoreSearch: true });
    await cache.put(key, new Response(copy, { headers: { [BYTES]: String(copy.size) } }));
  } catch {
    // The next visit makes its own.
  }
}

/** @param {string} key */
export async function forgetMemory(key) {
  try {
    await (await caches.open(CACHE)).delete(key);
  } catch {
    // There is nothing to forget.
  }
}
