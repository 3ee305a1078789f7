# Run once in Pyodide when it starts; the worker takes `_program`: how a program
# is run, interrupted, what is shown at its end, and how input is left to none but its own.
#
# Code that computes is interrupted by Pyodide's own buffer. Code that waits, in
# an `await` or with its whole stack (`time.sleep`, `asyncio.run`), is what is
# left: its task is cancelled, and the program finds KeyboardInterrupt where it
# waits, so that the traceback names the line.
#
# Calls of C within calls of C use up the browser's own stack, which no check of
# Python's knows. `guard` makes them end by RecursionError before that, as long as
# code runs; the compiler needs more, and lets go of it as it returns.


def _program(pause, guard, unguard):
    import asyncio
    import sys
    import time
    from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
    from asyncio import CancelledError
    from collections.abc import Coroutine

    from pyodide import webloop
    from pyodide.code import CodeRunner

    # After everything else.
    sys.path.append("/lib/python-py-editor")

    class Interruptible(Coroutine):
        # A coroutine that takes being cancelled for an interrupt, when it is one.
        def __init__(self, coroutine):
            self.coroutine = coroutine
            self.is_interrupted = False

        def send(self, value):
            return self.coroutine.send(value)

        def throw(self, *error):
            if self.is_interrupted:
                self.is_interrupted = False
                error = (KeyboardInterrupt(),)
            return self.coroutine.throw(*error)

        def close(self):
            self.coroutine.close()

        def __await__(self):
            return self

    class Wait:
        # What a task waits for with its whole stack, or the program itself.
        def __init__(self, awaitable):
            is_code = asyncio.iscoroutine(awaitable)
            self.code = Interruptible(awaitable) if is_code else None
            self.task = asyncio.ensure_future(self.code or awaitable)
            self.is_interrupted = False

        def interrupt(self):
            self.is_interrupted = True
            if self.code:
                self.code.is_interrupted = True
            self.task.cancel()

    program = None
    # By the task that waits.
    waits = {}

    async def evaluate(code, filename, namespace, shows_value):
        unguard()
        try:
            runner = CodeRunner(code, filename=filename, flags=PyCF_ALLOW_TOP_LEVEL_AWAIT).compile()
        finally:
            guard()
        value = await runner.run_async(namespace)
        end(value if shows_value else None)

    def figures():
        return sys.modules.get("_py_editor_figures")

    def run(code, filename, namespace, shows_value):
        nonlocal program
        if figures():
            figures().forget()
        program = Wait(evaluate(code, filename, namespace, shows_value))
        return program.task

    def interrupt():
        if program is None or program.task.done():
            return
        innermost = program
        while (wait := waits.get(innermost.task)) is not None:
            innermost = wait
        innermost.interrupt()

    def end(value=None):
        # Shows the value of the last expression, then the figures that are open.
        if value is not None:
            import _py_editor_rich

            _py_editor_rich.show_last(value)
        if figures():
            figures().show_open()

    def drain():
        # What files of standard input hold beyond what was read from them.
        for file in (sys.stdin, sys.__stdin__):
            try:
                if file.fileno() == 0:
                    file.read()
            except Exception:
                pass  # The program's own, or half a character: the next program reads what it gets.

    try:
        block, can_block = webloop.run_sync, webloop.can_run_sync
        sleep = webloop._orig_sleep
    except AttributeError:
        # Another version, of the author's choice: its stacks cannot stand still.
        block = None

    def run_sync(awaitable):
        if not can_block():
            return block(awaitable)
        wait = Wait(awaitable)
        waiting = asyncio.current_task()
        outer = waits.get(waiting)
        waits[waiting] = wait
        try:
            return block(wait.task)
        except CancelledError:
            if wait.is_interrupted:
                raise KeyboardInterrupt from None
            raise
        finally:
            if outer is None:
                del waits[waiting]
            else:
                waits[waiting] = outer

    def sleep_in_slices(seconds):
        # Where a stack cannot stand still, the interpreter's own sleep hears nothing.
        if not isinstance(seconds, (int, float)) or not seconds > 0:
            return sleep(seconds)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if pause(left * 1000):
                raise KeyboardInterrupt

    if block:
        webloop.run_sync = run_sync
        webloop._orig_sleep = sleep_in_slices
    loop = asyncio.get_event_loop()
    # The loop throws once more what the program's end tells already. What
    # another task has met is for the program as well.
    loop._keyboard_interrupt_handler = interrupt
    # Called first on every stack that the loop begins, each with limits of its own.
    begin = getattr(loop, "_install_running_loop", None)

    def begin_guarded():
        guard()
        begin()

    if begin:
        loop._install_running_loop = begin_guarded
    return run, interrupt, end, drain
