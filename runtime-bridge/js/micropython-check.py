# Run in MicroPython when a text is first looked at; the worker takes `_check`. A text
# is compiled, and nothing of it runs.


def _check(code):
    try:
        compile(code, "main.py", "exec")
    except SyntaxError as error:
        # Programs may await at their top level, a text that is only compiled may not.
        if "outside function" in str(error):
            return None
        import io
        import sys

        text = io.StringIO()
        sys.print_exception(error, text)
        return text.getvalue()
    except (MemoryError, RuntimeError):
        pass
