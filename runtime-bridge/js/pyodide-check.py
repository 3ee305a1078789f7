# Run in Pyodide when a text is first looked at; the worker takes `_check`. A text is
# compiled as a program is, and nothing of it runs.


def _check(code):
    import ast
    import warnings
    from textwrap import dedent
    from traceback import format_exception_only

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(dedent(code), "main.py", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
        except SyntaxError as error:
            return "".join(format_exception_only(error))
        except (MemoryError, OverflowError, RecursionError, ValueError):
            pass
