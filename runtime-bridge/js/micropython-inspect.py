# What a reader wants to know of a program's names between its runs; the worker takes
# `_inspector`. The fields of a line are parted by tabs. MicroPython keeps neither
# signatures nor documentation.


def _inspector():
    import builtins

    names = globals()

    def find(path):
        parts = path.split(".")
        first = parts[0]
        value = names[first] if first in names else getattr(builtins, first)
        for name in parts[1:]:
            if is_property(value, name):
                raise AttributeError(name)
            value = getattr(value, name)
        return value

    def is_property(owner, name):
        # A class of Python's has its members by name, an interpreter's own asks nothing of anybody.
        return isinstance(getattr(type(owner), name, None), property)

    def kind(value):
        if type(value) is type(builtins):
            return "m"
        if isinstance(value, type):
            return "c"
        return "f" if callable(value) else "n"

    def members(path):
        if not path:
            return "\n".join([name + "\t" + kind(value) for name, value in names.items()])
        owner = find(path)
        # `dir` asks each member for its value, which a property would compute: a class does not.
        known = owner if hasattr(owner, "__bases__") or type(owner) is type(builtins) else type(owner)
        found = {name: kind(getattr(known, name, None)) for name in dir(known)}
        for name in getattr(owner, "__dict__", ()):
            found.setdefault(name, "n")
        return "\n".join([name + "\t" + found[name] for name in found])

    def about(path):
        value = find(path)
        known = type(value).__name__
        if known == "module":
            return "module " + value.__name__
        if isinstance(value, type):
            return "class " + value.__name__
        if callable(value):
            return path.split(".")[-1] + "(…)"
        if isinstance(value, (int, float, str, bytes)) or value is None:
            return path + ": " + known + " = " + repr(value)[:80]
        return path + ": " + known

    def ask(what, path):
        try:
            return (members if what == "Members" else about)(path)
        except Exception:
            return None

    return ask
