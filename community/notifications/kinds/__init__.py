"""The kinds of notices: every module of this folder that ends with `KIND = …` is one."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from community.notifications.kinds.base import Kind


@cache
def kinds() -> dict[str, Kind]:
    """Return all kinds by name, in the order of their precedence."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__) if found.name != "base")
    every = sorted((module.KIND for module in modules), key=lambda kind: (kind.precedence, kind.name))
    return {kind.name: kind for kind in every}


def types_heard() -> tuple[str, ...]:
    """Return every activity type some kind listens to."""
    return tuple(sorted({name for kind in kinds().values() for name in kind.types}))
