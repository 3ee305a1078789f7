// Gets a file, counting its bytes, and says in words why one does not come.
//
// Not here: what becomes of the file.

/**
 * @param {string} url absolute
 * @param {(loadedBytes: number, totalBytes: number) => void} [onBytes] the total is 0 when unknown
 * @returns {Promise<Uint8Array<ArrayBuffer>>} rejects with a sentence or two that name the URL
 */
export async function get(url, onBytes = () => {}) {
  const response = await fetch(url).catch(async (error) => {
    throw new Error(await whyNothing(url, error));
  });
  if (!response.ok) throw new Error(refusal(url, response.status));
  try {
    return await read(response, onBytes);
  } catch (/** @type {any} */ error) {
    throw new Error(`The connection to ${url} broke off (${error.message}). Check the network, then run again.`);
  }
}

/** @param {string} url @param {number} status */
export function refusal(url, status) {
  const advice = status === 404 ? 'Check the address, capital letters included.' : 'Ask whoever runs that server.';
  return `[${status}] Unable to fetch ${url}. ${advice}`;
}

/**
 * A browser does not tell a page why it got no answer. But a server that answers
 * a request whose answer nobody may read is there, and does not allow this page.
 * @param {string} url @param {any} error
 */
export async function whyNothing(url, error) {
  const start = `Unable to fetch ${url}`;
  if (!/^(https?|data|blob):/.test(url)) return `${start}: no browser fetches such an address. Use http, https or data.`;
  if (navigator.onLine === false) return `${start}: this device is offline. Connect it, or serve the file beside the page.`;
  const isElsewhere = new URL(url).origin !== self.location.origin;
  const cors = `its server does not allow this page to read it (CORS). Serve the file beside the page, or have that server send the header Access-Control-Allow-Origin.`;
  if (isElsewhere && (await answers(url))) return `${start}: ${cors}`;
  const otherwise = isElsewhere ? `; or ${cors}` : '.';
  return `${start}: no answer came (${error?.message ?? error}). Check the network and the name of the server${otherwise}`;
}

/** @param {string} url */
async function answers(url) {
  const probe = fetch(url, { mode: 'no-cors', method: 'HEAD' });
  return probe.then(
    () => true,
    () => false,
  );
}

/** @param {Response} response @param {(loadedBytes: number, totalBytes: number) => void} onBytes */
async function read(response, onBytes) {
  // Counts packed bytes where the server packs, so it is only believed while it is not passed.
  const total = Number(response.headers.get('content-length') ?? 0);
  const chunks = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    chunks.push(part.value);
    loaded += part.value.length;
    onBytes(loaded, loaded <= total ? total : 0);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
