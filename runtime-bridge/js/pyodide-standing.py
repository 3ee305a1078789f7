# Run in Pyodide where a stack cannot stand still while the browser's loop goes on
# (engines without JSPI). There `asyncio.run` has a loop of its own, which stands
# still between two steps. What only JavaScript can continue does not go on
# meanwhile: where nothing else is left, that is told.
import asyncio
import time
from asyncio import events, runners, tasks
from asyncio.base_events import BaseEventLoop


class StandingLoop(BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = self

    def select(self, seconds):
        if seconds is None:
            raise RuntimeError("asyncio.run() cannot wait for JavaScript in this browser: write await main() instead of asyncio.run(main())")
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if _pause(left * 1000):
                raise KeyboardInterrupt
        return ()

    def _process_events(self, _):
        pass

    def _write_to_self(self):
        pass


def run(main, *, debug=None, loop_factory=None):
    outer = events._get_running_loop()
    if loop_factory is not None or outer is not browsers:
        return shipped(main, debug=debug, loop_factory=loop_factory)
    task = tasks._swap_current_task(outer, None)
    events._set_running_loop(None)
    loop = StandingLoop()
    try:
        try:
            return loop.run_until_complete(main)
        finally:
            runners._cancel_all_tasks(loop)
            loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
        events._set_running_loop(outer)
        tasks._swap_current_task(outer, task)


browsers = asyncio.get_event_loop()
shipped, asyncio.run = asyncio.run, run
