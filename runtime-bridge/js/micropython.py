# Run once in MicroPython when it starts; the worker takes `_watcher`, `_forget`,
# `_is_expression`, `_show_last` and `_KeyboardInterrupt`, and removes them.
import builtins
import sys

# After everything else.
sys.path.append("/lib/python-py-editor")

_KeyboardInterrupt = KeyboardInterrupt


def _input(prompt=""):
    # The built-in one takes no line that comes whole.
    from sys import stdin

    print(prompt, end="")
    line = stdin.readline()
    if not line:
        raise EOFError("EOF when reading a line")
    return line[:-1] if line[-1] == "\n" else line


def _watcher(is_held):
    # Asks again and again, between two steps of whatever code runs, while text
    # is held back. Scheduled callbacks are reached even from `while True: pass`.
    from micropython import schedule

    def look(_):
        if is_held():
            watch()

    def watch():
        try:
            schedule(look, None)
        except RuntimeError:
            pass  # The program's own callbacks fill the queue; the next write asks again.

    return watch


def _forget():
    # The top level waits for something of asyncio's no more: the promise that
    # would continue it is broken, and the next program's has its place.
    from asyncio import core

    task = core._top_level_task
    awaited = task.data
    if isinstance(awaited, core.Task):
        awaited.state.remove(task)
        awaited.cancel()
    elif awaited is not None:
        awaited.remove(task)
    else:
        core._task_queue.remove(task)
    task.data = None


def _is_expression(statement):
    try:
        # With `await`, which the outermost level takes.
        compile("async def _():\n return " + statement, "", "exec")
    except SyntaxError:
        return False
    return True


def _show_last():
    # The statement was run as one that gives its value this name.
    value = globals().pop("_py_editor_last")
    if value is not None:
        import _py_editor_rich

        _py_editor_rich.show_last(value)


builtins.input = _input
del builtins, sys, _input
