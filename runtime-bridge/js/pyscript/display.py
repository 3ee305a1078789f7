# `display` in an editor: without a target it goes to the editor's output; with
# one, PyScript's own does it.
#
# Not here: what a value is beside its text (rich.py), how it is shown.

import json

import _py_editor_rich as _rich
from pyscript import _page_display
from pyscript._page_display import HTML, display as _display_in_page
from pyscript.context import current_target
from pyscript.ffi import is_none


def display(*values, target=None, append=True):
    if is_none(target):
        target = current_target()
    if target:
        for value in values:
            _rich.mark_shown(value)
        return _display_in_page(*values, target=target, append=append)
    if not append:
        _rich.clear()
    for value in values:
        _rich.show(value)


def _escaped_json(data, _):
    import html

    return html.escape(data if isinstance(data, str) else json.dumps(data))


# As text: PyScript puts it into the page as markup.
_page_display._MIME_TO_RENDERERS["application/json"] = _escaped_json
