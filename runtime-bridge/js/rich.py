# `_py_editor_rich`: what a value is beside its text, in both interpreters, for
# `display` and for the value of a last expression. Objects say it by the methods
# that notebooks know; figures by `savefig`.
#
# Not here: how it is shown, and made safe (editor/js/rich.js); targets in the page
# (pyscript/display.py); when figures show themselves (figures.py).

import json

import _py_editor_output as _output

# The best first, as notebooks rank them.
_METHODS = (
    ("_repr_html_", "text/html"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_latex_", "text/latex"),
    ("_repr_markdown_", "text/markdown"),
    ("_repr_json_", "application/json"),
)
_RANKS = [mime for _, mime in _METHODS]

# Characters of a text that are sent.
_MOST = 1 << 20

# Points of a figure for each that a page has: sharp on screens with more of them.
_SHARPNESS = 2

# Figures that were shown since the run began.
shown = []


def show(value):
    # A text is itself.
    if not isinstance(value, str):
        _send(*_bundle(value))
    elif value.strip():
        _send({"text/plain": value}, {})


def clear():
    _output.show('{"bundle": [], "append": false}')


def show_last(value):
    # What functions that draw return is for whoever goes on drawing.
    if isinstance(value, str):
        _send({"text/plain": repr(value)}, {})
    elif not _is_drawing(value):
        show(value)


def _is_drawing(value):
    if isinstance(value, (list, tuple)):
        return any(_is_drawing(item) for item in value[:9])
    module = getattr(type(value), "__module__", None) or ""
    return module.startswith("matplotlib.") and not hasattr(value, "savefig")


def _send(found, about):
    ranked = [mime for mime in _RANKS if mime in found]
    others = [mime for mime in found if mime not in _RANKS and mime != "text/plain"]
    plain = found["text/plain"]
    if len(plain) > _MOST:
        found["text/plain"] = plain[:_MOST] + "…"
    told = {"bundle": [[mime, found[mime]] for mime in ranked + others + ["text/plain"]], "append": True}
    for name, kind in (("alt", str), ("width", int)):
        if isinstance(about.get(name), kind):
            told[name] = about[name]
    _output.show(json.dumps(told))


def _bundle(value):
    found, about = {}, {}
    if not _answers_everything(value):
        _add_bundle(found, about, _call(value, "_repr_mimebundle_"))
        for method, mime in _METHODS:
            # One that is good enough: each may be the work of a second.
            if not any(better in found for better in _RANKS[: _RANKS.index(mime) + 1]):
                _add(found, about, mime, _call(value, method))
        if hasattr(value, "savefig") and not found:
            _add_figure(found, about, value)
    if "text/plain" not in found:
        found["text/plain"] = repr(value)
    return found, about


def _answers_everything(value):
    # A class has its objects' methods; a proxy or a mock has any.
    return isinstance(value, type) or getattr(value, "_py_editor_no_such_name_", None) is not None


def _call(value, name):
    method = getattr(value, name, None)
    if method is None:
        return None
    try:
        return method()
    except NotImplementedError:
        return None


def _add_bundle(found, about, made):
    details = {}
    if isinstance(made, tuple):
        made, details = made
    for mime in made or ():
        data = made[mime]
        if not isinstance(data, tuple) and details:
            data = data, details.get(mime) or details
        _add(found, about, mime, data)


def _add(found, about, mime, data):
    # (data, what is known of it)
    if isinstance(data, tuple):
        data, details = data
        if isinstance(details, dict):
            about.update(details)
    if data is None:
        return
    if isinstance(data, (bytes, bytearray, memoryview)):
        data = _base64(data)
    elif not isinstance(data, str):
        data = json.dumps(data)
    found[mime] = data


def _add_figure(found, about, value):
    import io

    figure = _figure_of(value)
    file = io.BytesIO()
    dpi = getattr(figure, "dpi", None)
    if dpi is None:
        figure.savefig(file, format="png")
    else:
        background = figure.get_facecolor()
        figure.savefig(file, format="png", dpi=dpi * _SHARPNESS, bbox_inches="tight", facecolor=background)
    png = file.getvalue()
    if dpi is not None:
        about["width"] = int.from_bytes(png[16:20], "big") // _SHARPNESS
    about["alt"] = ": ".join(["Figure"] + _titles(figure))
    found["image/png"] = _base64(png)
    found["text/plain"] = repr(figure)
    mark_shown(figure)


def mark_shown(value):
    # It does not show itself any more in this run.
    if hasattr(value, "savefig"):
        shown.append(_figure_of(value))


def _figure_of(value):
    # `pyplot` stands for its figure.
    return value.gcf() if hasattr(value, "gcf") else value


def _titles(figure):
    titles = [axes.get_title() for axes in getattr(figure, "axes", ())]
    return [", ".join(title for title in titles if title)] if any(titles) else []


def _base64(data):
    from binascii import b2a_base64

    return b2a_base64(bytes(data)).decode().strip()
