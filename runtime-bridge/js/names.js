// Names that both halves of page access use.

/** The database of folders that a reader has allowed, as PyScript names it. */
export const FOLDERS = '@pyscript.fs';
export const REFUSED = 'storage permissions not granted';

/** What the page answers about an object at once (`kindOf` in page-functions.js, `Kind` in remote.js). @type {(string | symbol)[]} */
export const KIND_KEYS = [
  Symbol.toStringTag,
  'constructor',
  'then',
  Symbol.iterator,
  Symbol.asyncIterator,
  'next',
  'length',
  'size',
  'name',
  'message',
  'stack',
  'get',
  'set',
  'has',
  'includes',
  .../** @type {symbol[]} */ ([/** @type {any} */ (Symbol).dispose, /** @type {any} */ (Symbol).asyncDispose].filter(Boolean)),
];
/** Where `window` has that function. */
export const KIND_OF = Symbol.for('py-editor.kind');
/** Where `window` has what becomes `js_import`. */
export const PAGE_IMPORT = Symbol.for('py-editor.import');
