# What a reader wants to know of a program's names between its runs; the worker
# takes `_inspector`. Nothing of the program is called: what a property would answer
# stays unknown. Answers are lines of text, their fields parted by tabs.


def _inspector(names):
    import builtins
    import inspect
    import types

    PLAIN = (int, float, complex, bool, str, bytes, type(None))
    LENGTHS = (list, tuple, dict, set, frozenset)
    BOUND = (
        types.FunctionType,
        types.BuiltinFunctionType,
        types.MethodDescriptorType,
        types.ClassMethodDescriptorType,
        types.WrapperDescriptorType,
        types.MemberDescriptorType,
        classmethod,
        staticmethod,
    )

    def member(owner, name):
        if isinstance(owner, types.ModuleType):
            return vars(owner)[name]
        found = inspect.getattr_static(owner, name)
        if hasattr(type(found), "__get__") and not isinstance(found, BOUND):
            raise AttributeError(name)
        return getattr(owner, name)

    def find(path):
        first, *rest = path.split(".")
        value = names[first] if first in names else vars(builtins)[first]
        for name in rest:
            value = member(value, name)
        return value

    def kind(value):
        if isinstance(value, types.ModuleType):
            return "m"
        if isinstance(value, type):
            return "c"
        return "f" if callable(value) else "n"

    def kind_of(owner, name):
        try:
            found = vars(owner)[name] if isinstance(owner, types.ModuleType) else inspect.getattr_static(owner, name)
        except (AttributeError, KeyError):
            return "n"
        return "f" if isinstance(found, BOUND) and not isinstance(found, types.MemberDescriptorType) else kind(found)

    def members(path):
        if not path:
            pairs = [(name, kind(value)) for name, value in list(names.items())]
        else:
            owner = find(path)
            pairs = [(name, kind_of(owner, name)) for name in dir(owner)]
        return "\n".join(f"{name}\t{kind}" for name, kind in pairs if name.isidentifier())

    def signature(path, value):
        name = path.rpartition(".")[2]
        try:
            return name + str(inspect.signature(value))
        except (TypeError, ValueError):
            return name + "(…)"

    def about(path):
        value = find(path)
        if isinstance(value, types.ModuleType):
            head = "module " + value.__name__
        elif callable(value):
            head = signature(path, value)
        elif type(value) in PLAIN:
            head = f"{path}: {type(value).__name__} = {value!r:.80}"
        elif type(value) in LENGTHS:
            head = f"{path}: {type(value).__name__} of {len(value)}"
        else:
            head = f"{path}: {type(value).__name__}"
        documented = callable(value) or isinstance(value, types.ModuleType)
        doc = documented and inspect.getdoc(value) or ""
        lines = doc.strip().split("\n")
        # Some begin with the signature once more.
        text = next((line for line in lines if line.strip() and not line.startswith(path.rpartition(".")[2] + "(")), "")
        return head.replace("\n", " ") + "\t" + text.strip()

    def ask(what, path):
        try:
            return {"Members": members, "About": about}[what](path)
        except Exception:
            return None

    return ask
