# `display` in an editor: without a target it goes to the editor's output, as a
# bundle of all that a value can be; with one, PyScript's own does it.
#
# Not here: which of the bundle is shown, and how.

import json

import _py_editor as _own
from pyscript import _page_display
from pyscript._page_display import HTML, display as _display_in_page
from pyscript.context import current_target
from pyscript.ffi import is_none

# The best first, as notebooks rank them.
_METHODS = (
    ("_repr_html_", "text/html"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_latex_", "text/latex"),
    ("_repr_markdown_", "text/markdown"),
    ("_repr_json_", "application/json"),
    ("_repr_javascript_", "application/javascript"),
)
_RANKS = [mime for _, mime in _METHODS] + ["text/plain"]


def display(*values, target=None, append=True):
    if is_none(target):
        target = current_target()
    if target:
        return _display_in_page(*values, target=target, append=append)
    if not append:
        _own.display("[]", False)
    for value in values:
        bundle = _bundle(value)
        if bundle:
            _own.display(json.dumps(bundle), True)


def _bundle(value):
    if isinstance(value, str):
        return [["text/plain", value]] if value.strip() else []
    found = {} if isinstance(value, type) else _representations(value)
    if "text/plain" not in found:
        found["text/plain"] = repr(value)
    ranked = [mime for mime in _RANKS if mime in found]
    others = [mime for mime in found if mime not in _RANKS]
    return [[mime, found[mime]] for mime in ranked[:-1] + others + ranked[-1:]]


def _representations(value):
    found = {}
    bundle = _call(value, "_repr_mimebundle_")
    if bundle:
        for mime in bundle:
            _add(found, mime, bundle[mime])
    for method, mime in _METHODS:
        if mime not in found:
            _add(found, mime, _call(value, method))
    if "image/png" not in found and hasattr(value, "savefig"):
        found["image/png"] = _figure(value)
    return found


def _call(value, method):
    made = getattr(value, method)() if hasattr(value, method) else None
    # (data, metadata)
    return made[0] if isinstance(made, tuple) else made


def _add(found, mime, data):
    if isinstance(data, tuple):
        data = data[0]
    if data is None:
        return
    if isinstance(data, (bytes, bytearray, memoryview)):
        data = _base64(data)
    elif not isinstance(data, str):
        data = json.dumps(data)
    found[mime] = data


def _figure(value):
    import io

    file = io.BytesIO()
    value.savefig(file, format="png")
    return _base64(file.getvalue())


def _base64(data):
    from binascii import b2a_base64

    return b2a_base64(bytes(data)).decode().strip()


def _escaped_json(data, _):
    import html

    return html.escape(data if isinstance(data, str) else json.dumps(data))


# As text: PyScript puts it into the page as markup.
_page_display._MIME_TO_RENDERERS["application/json"] = _escaped_json
