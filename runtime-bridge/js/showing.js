// What a program shows beside text: Python's half as modules of the interpreter,
// and its way to the page, in order with the text.
//
// Not here: targets in the page (pyscript.js), how it is seen (editor/js/rich.js).

import figures from './figures.py';
import { makeFolder } from './pyscript/native-fs.js';
import rich from './rich.py';

/** On Python's path (pyodide.py, micropython.py), where frames are the interpreter's own. */
const FOLDER = '/lib/python-py-editor';

/** What a result costs the page beside its data, in UTF-16 units: some elements, sanitised. */
const RESULT_UNITS = 4096;

/** @param {import('./worker.js').Running} running @param {import('./output.js').Output} output */
export function installShowing({ FS, register }, output) {
  makeFolder(FS, FOLDER);
  FS.writeFile(`${FOLDER}/_py_editor_rich.py`, rich);
  FS.writeFile(`${FOLDER}/_py_editor_figures.py`, figures);
  register('_py_editor_output', {
    show: (/** @type {string} */ json) => output.show(JSON.parse(json), json.length + RESULT_UNITS),
  });
}
