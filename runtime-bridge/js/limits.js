// What a program may not have when its author switched the page off: storage,
// cookies and whatever else would let it act as the reader beyond its worker.
// Names are removed, so that programs that look for them go on without.
//
// What remains, since a worker cannot prevent it: `import()` of a URL asks the
// page's own server with its cookies (the answer is only visible if it is a
// module); any server that allows it can be asked without credentials; the
// browser's cache is shared; `crypto`, clocks and the processor are there.
//
// Not here: `window` and `document`, which are not connected in the first place.

/** By the object that has them, in the worker's own realm. */
const REMOVED = {
  self: [
    'indexedDB', 'caches', 'cookieStore', 'BroadcastChannel', 'Worker', 'SharedWorker', 'EventSource', 'WebSocket', 'WebSocketStream',
    'WebTransport', 'registration', 'importScripts', 'showDirectoryPicker', 'requestFileSystem', 'requestFileSystemSync',
    'webkitRequestFileSystem', 'webkitRequestFileSystemSync', 'webkitResolveLocalFileSystemURL', 'webkitResolveLocalFileSystemSyncURL',
    'resolveLocalFileSystemURL', 'Notification', 'PushManager', 'IDBFactory', 'CacheStorage', 'Cache', 'CookieStore', 'StorageManager',
    'LockManager', 'FileSystemDirectoryHandle', 'FileSystemFileHandle', 'postMessage', 'FontFace', 'FontFaceSet', 'fonts',
  ],
  navigator: [
    'storage', 'storageBuckets', 'locks', 'serviceWorker', 'permissions', 'credentials', 'cookieEnabled', 'usb', 'hid', 'serial', 'bluetooth',
    'webkitTemporaryStorage', 'webkitPersistentStorage',
  ],
};

/** Removes it all. Whoever needs one of these afterwards must have taken it before. */
export function limit() {
  for (const name of REMOVED.self) remove(self, name);
  for (const name of REMOVED.navigator) remove(self.navigator, name);
  withoutCredentials();
}

/** From an object and everything it inherits from. @param {object} object @param {string} name */
function remove(object, name) {
  for (let owner = object; owner && owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    const there = Object.getOwnPropertyDescriptor(owner, name);
    if (there && !Reflect.deleteProperty(owner, name)) throw new Error(`${name} cannot be taken from the program.`);
  }
}

/** Requests carry no cookies. Those of XMLHttpRequest to the own server would, so it may ask others only. */
function withoutCredentials() {
  const { fetch, Request, XMLHttpRequest } = self;
  const asked = (/** @type {any} */ input, /** @type {any} */ init) => new Request(input, { ...init, credentials: 'omit' });
  define('fetch', async (/** @type {any} */ input, /** @type {any} */ init) => fetch(asked(input, init)));
  define('Request', new Proxy(Request, { construct: (_, [input, init]) => asked(input, init) }));
  Request.prototype.constructor = self.Request;

  const { open } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (/** @type {string} */ method, /** @type {any} */ url, /** @type {any[]} */ ...rest) {
    // Read once: an object may say another address the next time.
    const address = new URL(url, self.location.href);
    const { origin, protocol } = address;
    if (origin === self.location.origin && protocol.startsWith('http')) {
      throw new DOMException('The author of this page has switched requests with cookies off: use fetch.', 'SecurityError');
    }
    return open.apply(this, /** @type {any} */ ([method, address.href, ...rest]));
  };
  Object.defineProperty(XMLHttpRequest.prototype, 'withCredentials', { value: false, configurable: false });
}

/** In the place of the browser's own, which must not be found below it. @param {string} name @param {any} value */
function define(name, value) {
  remove(self, name);
  Object.defineProperty(self, name, { value, configurable: false, writable: false });
}
