"""Hints: something that open pages show has changed.

A hint is worth nothing after seconds, so it is never a row and never the truth: a page that hears nothing asks again
within a minute. It says which thing, never what happened to it, and only those its audience allows hear it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction


@dataclass(frozen=True)
class Hint:
    """One thing that pages show, and who may know that it changed."""

    kind: str
    """Of a Subject (`forums.topic`), or what one member has of their own (`notifications.bell`, with their id)."""
    id: int
    audience: frozenset[str]

    @property
    def name(self) -> str:
        """What a page calls it: `forums.topic:7`."""
        return f"{self.kind}:{self.id}"


Listener = Callable[[Sequence[Hint]], None]
_listeners: list[Listener] = []


def add_listener(listen: Listener) -> None:
    """Have `listen` called with hints once they are true; it must be quick, and neither block nor raise."""
    _listeners.append(listen)


def hint_after_commit(hints: Iterable[Hint]) -> None:
    """Tell open pages once the current transaction is committed; nothing when it is rolled back. Does no I/O."""
    told = list(hints)
    if told:
        transaction.on_commit(lambda: _tell(told), robust=True)


def _tell(hints: Sequence[Hint]) -> None:
    for listen in _listeners:
        listen(hints)
