"""The border between whoever stores what members write and whoever judges it before it becomes visible.

A service that writes a member's text asks `screen()` before it stores anything and keeps to the verdict:

    verdict = screen(Writing(kind="forums.post", author=member, text=body, html=cooked.html, site_id=site_id))
    ... store it, visible if verdict.passes, else held
    noted(verdict, subject_id=post.pk)

A change of something that stands already is held apart with `change_hold()`: the old text stays, the new one waits.
Moderation registers the desk that judges, in its `apps.py`; without one everything passes.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import transaction

from community.core.errors import Invalid

logger = logging.getLogger("community.moderation")

FAILED = "screening_failed"
"""The reason of a text that is held because judging it failed."""


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What somebody wants to write, before it is stored."""

    kind: str
    """Of the subject it becomes, or changes."""
    author: Any
    """The member whose text it is."""
    text: str
    """All that others would read, as typed: title, body, descriptions of pictures, addresses of links."""
    html: str = ""
    """The same, cooked, where links are to be counted."""
    site_id: int | None = None
    subject_id: int | None = None
    """None while there is none yet."""
    field: str = "body"
    """The form field a refusal stands beside."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is to become of a text: it passes, or it is held for these reasons. A refusal is raised instead."""

    writing: Writing
    reasons: tuple[str, ...] = ()
    """Codes of what held it; empty when it passes."""
    trace: Mapping[str, Any] = field(default_factory=dict)
    """What the desk wants to remember of the text, for `noted()`."""

    @property
    def passes(self) -> bool:
        """Whether it may be seen at once."""
        return not self.reasons


class Desk(Protocol):
    """Who judges."""

    def judge(self, writing: Writing) -> Verdict:
        """Return the verdict. Raises: Invalid to refuse. Reads only."""
        ...

    def noted(self, verdict: Verdict, subject_id: int) -> None:
        """Remember that the text was stored as `subject_id`. Runs in the caller's transaction."""
        ...

    def change_hold(self, verdict: Verdict, subject_id: int, change: Mapping[str, Any]) -> None:
        """Keep a change until it is decided, in place of an earlier one. Runs in the caller's transaction."""
        ...

    def changes_held(self, kind: str, ids: Collection[int], author_id: int) -> dict[int, Mapping[str, Any]]:
        """Return the changes of `author_id` that wait, by subject id."""
        ...


_desks: list[Desk] = []


def register_desk(desk: Desk) -> None:
    """Let `desk` judge from now on."""
    _desks[:] = [desk]


JUDGED_ORIGINS = {"web", "api", "email"}
"""What an import, the seed or the system brings is not judged."""


def screen(writing: Writing, *, origin: str = "web") -> Verdict:
    """Judge a text. A desk that fails holds it: nothing is lost and nothing slips through.

    Raises: Invalid, with a reason its author reads, when it is refused. Queries: those of the desk, 2 as a rule.
    """
    if not _desks or origin not in JUDGED_ORIGINS:
        return Verdict(writing=writing)
    try:
        with transaction.atomic():  # a failed read must not spoil the caller's transaction
            return _desks[0].judge(writing)
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 whatever went wrong, the text is safe and somebody looks at it
        logger.exception("screening failed for a %s of member %s", writing.kind, writing.author.pk)
        return Verdict(writing=writing, reasons=(FAILED,))


def noted(verdict: Verdict, *, subject_id: int) -> None:
    """Tell the desk what became of a text it judged. Call it in the transaction that stores the text. Queries: 1."""
    if _desks:
        _desks[0].noted(verdict, subject_id)


def change_hold(verdict: Verdict, *, subject_id: int, change: Mapping[str, Any]) -> None:
    """Keep a change that does not pass, as what `Subject.change_apply` will take. Queries: those of the desk, 8."""
    _desks[0].change_hold(verdict, subject_id, change)


def changes_held(kind: str, ids: Collection[int], *, author_id: int | None) -> dict[int, Mapping[str, Any]]:
    """Return the changes of one author that still wait, by subject id. Queries: 1, 0 without an author or a desk."""
    if not _desks or author_id is None:
        return {}
    return _desks[0].changes_held(kind, ids, author_id)
