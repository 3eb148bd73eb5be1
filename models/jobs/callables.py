"""Functions by the path under which another process can import them."""

from collections.abc import Callable
from importlib import import_module
from typing import Any


def path_of(function: Callable[..., Any]) -> str:
    """Return "module:name" of `function`.

    Raises TypeError for one that a process of its own could not import: a lambda, a function
    within a function, or one of the script that was started (app.py would run again).
    """
    module = getattr(function, "__module__", None) or ""
    name = getattr(function, "__qualname__", "<unnamed>")
    path = f"{module}:{name}"
    if not module or module == "__main__" or "<" in name or not callable(find(path)):
        raise TypeError(f"{path} cannot run as a job: it must be at the top of a module.")
    return path


def find(path: str) -> Callable[..., Any]:
    """Return the function at `path`, importing its module."""
    module, _, name = path.partition(":")
    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    function: Callable[..., Any] = found
    return function
