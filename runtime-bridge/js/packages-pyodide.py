"""Installs what the lock file of Pyodide does not have, with micropip, and says
of each package that it could not install what the matter is. Run by
packages-pyodide.js, which gives and takes by the module `_py_editor_packages`."""

import _py_editor_packages as page


async def install():
    """Gives "" or what to tell the reader."""
    import micropip

    names = list(page.packages)
    try:
        await micropip.install(names, keep_going=True, index_urls=list(page.index_urls) or None)
    except Exception as error:
        text = str(error).strip()
        reasons = [await reason(name) for name in failed(text)]
        return "\n".join([text or repr(error), *reasons])
    return ""


def failed(text):
    """The requirements in micropip's message."""
    import re

    start = text.split("\n", 1)[0]
    return re.findall(r"'([^']+)'", start.partition("wheel for")[2])


async def reason(requirement):
    """Whether a name is misspelt, has compiled code, or has no fitting version."""
    import re

    name = re.match(r"[\w.-]+", requirement).group().lower()
    status, listed, where = await look_up(name)
    if status == 0:
        return f"{name}: no index could be asked ({where}). Check the network, or give the URL of a wheel."
    if status == 404:
        return f"{name}: the index ({where}) has no package of this name, and the Pyodide distribution has none either.{similar(name)} Check the spelling."
    wheels = re.findall(r"[\w.+!-]+\.whl", listed)
    if any(wheel.endswith("-none-any.whl") for wheel in wheels):
        return f"{name}: there are pure Python wheels, but none for what was asked ({requirement}). Check the version."
    if wheels:
        return f"{name}: it has compiled code (C, C++ or Rust), and there is no wheel of it for this Pyodide. It is not in the Pyodide distribution either. Use another package, or build a wheel for Pyodide and give its URL."
    return f"{name}: the index ({where}) has only its source and no wheel. Build a wheel of it and give its URL."


async def look_up(name):
    """What the first index that answers says of a name: status, text, address."""
    from micropip import package_index
    from pyodide.http import pyfetch

    said = "no index is set"
    status = 0
    for index in list(page.index_urls) or package_index.DEFAULT_INDEX_URLS:
        index = package_index.PYPI_URL if index == package_index.PYPI else index
        url = index.format(package_name=name) if "{" in index else f"{index}/{name}/"
        try:
            response = await pyfetch(url, headers={"accept": "application/vnd.pypi.simple.v1+json, */*;q=0.01"})
            if response.ok:
                return 200, await response.string(), url
            status, said = response.status, url
        except Exception:
            said = url if status == 0 else said
    return status, "", said


def similar(name):
    import difflib
    import pyodide_js

    near = difflib.get_close_matches(name, list(pyodide_js.lockfile.packages.to_py()), 1, 0.75)
    return f" Did you mean {near[0]}?" if near else ""


page.install = install
