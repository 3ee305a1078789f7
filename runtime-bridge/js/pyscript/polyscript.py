# What the `pyscript` package expects under this name. Imported by it first, before
# it looks for `window`.
#
# Not here: anything a program should import by itself.

import _py_editor as _own
import sys

_IS_MICROPYTHON = "MicroPython" in sys.version

config = _own.config
js_modules = _own.js_modules
IDBMap = _own.IDBMap
# No element of the page: an editor's output is the default of `display`.
target = ""

if _own.hasFfi:
    ffi = _own.ffi


class _Unavailable:
    # Stands for what is not there; whoever touches it hears why.

    def __init__(self, **members):
        for name in members:
            object.__setattr__(self, name, members[name])

    def __getattr__(self, name):
        if not name.startswith("_"):
            _own.touched()
        raise AttributeError(_own.unavailable)

    def __setattr__(self, name, value):
        _own.touched()
        raise AttributeError(_own.unavailable)

    def __call__(self, *args, **named):
        _own.touched()
        raise TypeError(_own.unavailable)


class _Call:
    # A function of the page, on MicroPython: there, what JavaScript throws cannot
    # be caught, so its errors come as values.

    def __init__(self, name):
        self._name = name

    def __call__(self, *args):
        from jsffi import JsException

        outcome = _own.attempt(self._name, *args)
        if outcome.ok:
            return outcome.value
        raise JsException(outcome.error, outcome.name, outcome.message)


class _Sync:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Call(name)

    def __setattr__(self, name, value):
        setattr(_own.sync, name, value)


class _XWorker:
    pass


def _window():
    if _own.hasPage:
        return _own.window
    # `pyscript` takes these two from it while it is imported.
    return _Unavailable(document=_Unavailable(), Function=lambda text: lambda: None)


def _sync():
    if not _own.hasSync:
        return _Unavailable()
    return _Sync() if _IS_MICROPYTHON else _own.sync


xworker = _XWorker()
xworker.window = _window()
xworker.sync = _sync()


async def lazy_py_modules(*names):
    for name in names:
        try:
            __import__(name)
        except ImportError:
            await _install(name)
    return [__import__(name) for name in names]


async def _install(name):
    if _IS_MICROPYTHON:
        import mip

        return mip.install(name)
    import pyodide_js

    await pyodide_js.loadPackage("micropip")
    import micropip

    await micropip.install(name)


async def storage(name):
    if not _own.hasStorage:
        raise RuntimeError(
            "The author of this page has switched storage off for this editor"
            ' (page-access="none").'
        )
    return await _own.storage(name)
