# `_py_editor_figures`: what matplotlib draws with, unless a program chooses
# otherwise (`MPLBACKEND`). `show()` puts figures into the output; one that is
# open when a run ends shows itself, as in notebooks.
#
# Not here: how a figure becomes an image (rich.py).

import _py_editor_rich as rich
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg


class FigureManager(FigureManagerBase):
    def show(self):
        rich.show(self.canvas.figure)

    @classmethod
    def pyplot_show(cls, *, block=None):
        for figure in _open_figures():
            rich.show(figure)
        forget()


class FigureCanvas(FigureCanvasAgg):
    manager_class = FigureManager


def _open_figures():
    return [manager.canvas.figure for manager in Gcf.get_all_fig_managers()]


def show_open():
    # Those that were shown already are not shown twice.
    for figure in _open_figures():
        if not any(figure is one for one in rich.shown):
            rich.show(figure)
    forget()


def forget():
    Gcf.destroy_all()
    rich.shown.clear()
