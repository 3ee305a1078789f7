# Run in MicroPython before the first program that names asyncio. Its port to
# browsers leaves the loop to the browser and so has no `asyncio.run`; here the call
# itself turns the loop until its coroutine has ended, and all tasks go on meanwhile.
# What only JavaScript can continue does not: where nothing else is left, that is told.
import asyncio
from asyncio import core
from time import sleep_ms, ticks_diff, ticks_ms


def run(coroutine):
    top_level = core._top_level_task
    if core.cur_task is not top_level:
        raise RuntimeError("asyncio.run() cannot be called from a running event loop")
    ends = []
    task = core.create_task(coroutine)
    # Called with the end of the coroutine, which is an exception in any case.
    task.state = lambda _, end: ends.append(end)
    try:
        while not ends:
            due = core._task_queue.peek()
            if not due:
                raise RuntimeError("asyncio.run() cannot wait for JavaScript: write await main() instead of asyncio.run(main())")
            left = ticks_diff(due.ph_key, ticks_ms())
            if left > 0:
                sleep_ms(left)
            core._run_iter()
    except BaseException:
        core.cur_task = top_level
        task.cancel()
        raise
    end = ends[0]
    if isinstance(end, StopIteration):
        return end.value
    raise end


asyncio.run = asyncio.Loop.run_until_complete = run
