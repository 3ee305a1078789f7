# Comes after a program that has `__export__`, PyScript's list of the names that
# a worker's file offers to the page: each becomes a function on `sync`.
from pyscript import sync as _sync

for _name in __export__:
    setattr(_sync, _name, eval(_name))
