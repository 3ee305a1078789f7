// Relative URLs in a program are the page's, as an author expects; a worker's own
// would lead to where its script lies.
//
// Not here: modules (`import()` takes them from where it stands).

/** @param {string} base the page's address */
export function resolveAgainst(base) {
  const { fetch, Request, XMLHttpRequest, EventSource } = self;
  const absolute = (/** @type {any} */ url) => (typeof url === 'string' ? new URL(url, base).href : url);
  self.fetch = async (input, init) => fetch(absolute(input), init);
  const { open } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (/** @type {string} */ method, /** @type {any} */ url, /** @type {any[]} */ ...rest) {
    // Without its third argument a request is asynchronous; an `undefined` one would make it synchronous.
    return open.apply(this, /** @type {any} */ ([method, absolute(url), ...rest]));
  };
  const relative = (/** @type {any} */ Class) =>
    new Proxy(Class, { construct: (_, [url, ...rest], asked) => Reflect.construct(Class, [absolute(url), ...rest], asked) });
  Object.assign(self, { Request: relative(Request), EventSource: relative(EventSource) });
}
