"""What Django keeps for each request apart (language, zone, URL prefix), without asgiref's lock.

asgiref's `Local` takes one lock for the whole process with each read, and a page reads the active language three
hundred times. A thread that loses the interpreter while it holds the lock makes all others queue: four topic pages at
once, made anew, handed over 480 times each and spent a third of their CPU on it. A context variable needs no lock: what
it holds belongs to one context, and no context runs in two threads.
"""

from contextvars import ContextVar
from typing import Any

from django.urls import base as urls
from django.utils import timezone
from django.utils.translation import trans_real


class ContextLocal:
    """Attributes that are each thread's, or each asynchronous task's, own."""

    _values: ContextVar[dict[str, Any]]

    def __init__(self) -> None:
        object.__setattr__(self, "_values", ContextVar("django's own"))

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values.get()[name]
        except LookupError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._values.set({**self._values.get({}), name: value})

    def __delattr__(self, name: str) -> None:
        if not hasattr(self, name):
            raise AttributeError(name)
        self._values.set({key: value for key, value in self._values.get().items() if key != name})


def locals_install() -> None:
    """Put them in the place of Django's."""
    for module, names in ((trans_real, ("_active",)), (timezone, ("_active",)), (urls, ("_prefixes", "_urlconfs"))):
        for name in names:
            delattr(module, name)  # an error where Django has renamed it
            setattr(module, name, ContextLocal())
