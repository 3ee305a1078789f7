# Numbers for the functions that the page holds: the same for the same function,
# so that a listener can be removed. Bound methods are made anew at each access
# and compare equal; both interpreters find them again in a dict.
#
# Runs in a namespace of its own; `_py_editor` takes what JavaScript needs.

import _py_editor
import sys

# After everything else: a program may bring a `pyscript` of its own.
sys.path.append("/lib/python-pyscript")

_numbers = {}
_functions = {}
_last = 0


def identify(function):
    global _last
    try:
        known = _numbers.get(function)
    except TypeError:
        known = None  # A callable object that cannot be hashed is never the same.
    if known is not None:
        return known
    _last += 1
    try:
        _numbers[function] = _last
        _functions[_last] = function
    except TypeError:
        pass
    return _last


def forget(number):
    function = _functions.pop(number, None)
    if function is not None:
        del _numbers[function]


def spell(value):
    if not isinstance(value, (bytes, bytearray, memoryview)):
        return None
    from binascii import hexlify

    return hexlify(bytes(value)).decode()


_py_editor.identify = identify
_py_editor.forget = forget
_py_editor.spell = spell
