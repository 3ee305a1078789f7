"""Installs one package with `mip`, silently; what went wrong is told by the
module `_py_editor_packages`, since the caller must try the rest."""

import _py_editor_packages as page
import mip

mip.print = lambda *_: None
try:
    mip.install(page.entry)
except Exception as error:
    page.said = str(error) or repr(error)
finally:
    del mip.print
