// Names that both halves of `pyscript.fs` use, those of PyScript.

/** The database of folders that a reader has allowed. */
export const FOLDERS = '@pyscript.fs';
export const REFUSED = 'storage permissions not granted';
