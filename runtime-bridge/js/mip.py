"""`mip` for MicroPython in a browser: installs packages of MicroPython's own
index, of an index that is given, and of URLs. What cannot be installed is one
OSError that names the package, so that a program can catch it.

JavaScript fetches and writes (packages-micropython.js), since what it throws
passes Python by; it answers by the module `_py_editor_mip`."""

import sys

import _py_editor_mip as page

_INDEX = "https://micropython.org/pi/v2"
_HOSTS = {
    "github:": "https://raw.githubusercontent.com/{}/{}/{}/{}",
    "gitlab:": "https://gitlab.com/{}/{}/-/raw/{}/{}",
}


def install(package, index=None, target=None, version=None, mpy=False):
    """Installs a package with all that it needs below `target` (the first `lib` of `sys.path`).
    Sources are taken, or with `mpy` what the index has compiled for this interpreter."""
    _Installation(package, index, target, mpy).package(package, version)
    print("Done")


class _Installation:
    def __init__(self, name, index, target, mpy):
        self.name = name
        self.index = (index or page.index or _INDEX).rstrip("/")
        self.target = (target or _library()).rstrip("/")
        self.kind = str(sys.implementation._mpy & 255) if mpy and hasattr(sys.implementation, "_mpy") else "py"

    def package(self, package, version=None):
        url = _raw(package, version)
        if url is None:
            version = version or "latest"
            print("Installing {} ({}) from {} to {}".format(package, version, self.index, self.target))
            return self.described("{}/package/{}/{}/{}.json".format(self.index, self.kind, package, version), version)
        if _path(url).endswith((".py", ".mpy")):
            print("Downloading {} to {}".format(url, self.target))
            return self.file(url, _path(url).split("/")[-1])
        if not _path(url).endswith(".json"):
            url = url.rstrip("/") + "/package.json"
        print("Installing {} to {}".format(url, self.target))
        self.described(url, version)

    def described(self, url, version):
        import json

        answer = page.get(url)
        if answer.status != 200:
            self.fail("Package not found: {}".format(url), answer)
        try:
            about = json.loads(answer.text)
        except ValueError:
            raise OSError("{} cannot be installed. {} is no description of a package.".format(self.name, url))
        for path, name in about.get("hashes", ()):
            self.file("{}/file/{}/{}".format(self.index, name[:2], name), path)
        for path, source in about.get("urls", ()):
            self.file(_raw(source, version) or url.rsplit("/", 1)[0] + "/" + source, path)
        for package, wanted in about.get("deps", ()):
            self.package(package, wanted)

    def file(self, url, path):
        path = self.target + "/" + path
        answer = page.save(url, path)
        if answer.status != 200:
            self.fail("File not found: {}".format(url), answer)
        print("Copying:", path)

    def fail(self, what, answer):
        raise OSError(
            "{} cannot be installed. {}. {} Check the name: packages for Pyodide are not packages for MicroPython. "
            "A module of pure Python can be copied with `files`, or given to `packages` as a URL.".format(self.name, what, answer.text)
        )


def _library():
    for path in sys.path:
        if path.endswith("/lib"):
            return path
    sys.path.append("/lib")
    return "/lib"


def _path(url):
    return url.split("?")[0].split("#")[0]


def _raw(package, version):
    """The URL of a package, or None for a name."""
    for scheme, pattern in _HOSTS.items():
        if package.startswith(scheme):
            owner, repository, path = (package[len(scheme) :].split("/", 2) + ["", ""])[:3]
            return pattern.format(owner, repository, version or "HEAD", path)
    return package if "://" in package else None
