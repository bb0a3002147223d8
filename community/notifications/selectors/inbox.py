"""The inbox: notices by thread, in two lists: what names the member, and the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from community.activity.subjects import Card
from community.core.paging import cursor_number
from community.members.models import Member
from community.notifications.kinds import kinds
from community.notifications.kinds.base import Thing
from community.notifications.models import Notification
from community.notifications.selectors.choices import of_threads
from community.notifications.selectors.things import Things, things_of
from community.notifications.selectors.unread import LIMIT, UnreadNotice
from community.notifications.wording import sentence_html

GROUPS = 8
"""Threads of each list on the first page."""
PAGE = 25
"""Threads on a page of one list."""
LINES = 4
"""Newest notices of a thread that are shown."""
_COUNTED = {"reply", "tracked"}


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who acted, as a line shows them."""

    id: int
    name: str
    avatar: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One notice."""

    person: Person | None
    text: SafeString
    said: str
    url: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Thread:
    """The notices of one thread in one list."""

    kind: str
    id: int
    title: str
    url: str
    state: str
    unread: int
    total: int
    lines: tuple[Line, ...]
    people: tuple[str, ...]
    """Names of who replied, the newest first; only where `is_counted`."""
    others: int
    """How many more people replied."""
    reason: "str | Promise"
    is_counted: bool
    """True: all are replies, and told as a number."""
    last: int
    """Cursor of the page that begins after it."""

    @property
    def replies(self) -> int:
        """How many replies the line counts: the unread ones while there are any."""
        return self.unread or self.total

    @property
    def key(self) -> str:
        """What the form sends back."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, kw_only=True)
class InboxList:
    """A page of one of the two lists."""

    threads: tuple[Thread, ...]
    unread: int
    unread_is_more: bool
    newer: str = ""
    older: str = ""


@dataclass(kw_only=True)
class Gone:
    """What was found in the inbox and is not for the member any more."""

    threads: set[Thing] = field(default_factory=set)
    notice_ids: set[int] = field(default_factory=set)


def inbox_list(
    member: Member,
    *,
    names_you: bool,
    unread: Sequence[UnreadNotice],
    gone: Gone,
    size: int = GROUPS,
    after: str = "",
    before: str = "",
) -> InboxList:
    """Return a page of one list, by the newest notice of each thread; no more than the member may see now.

    Args:
        unread: what `unread_of` returned.
        gone: takes what the page left out, for `notices_withdraw`.
    Queries: 3, and those of the subjects.
    """
    rows = Notification.objects.filter(member=member, names_you=names_you, withdrawn=False, on_site=True)
    groups, newer, older = _groups(rows, size, cursor_number(after), cursor_number(before))
    found = _newest(rows, [(group["thread_kind"], group["thread_id"]) for group in groups])
    things = things_of({_thread(row) for row in found} | {_subject(row) for row in found})
    by_thread: dict[Thing, list[Notification]] = {}
    for row in found:
        if _is_for(member, row, things):
            by_thread.setdefault(_thread(row), []).append(row)
        else:
            gone.notice_ids.add(row.pk)
            if _thread(row) not in things.shown and not _hidden_too(row):
                gone.threads.add(_thread(row))
    threads = [
        _made(group, by_thread[thing], things)
        for group in groups
        if (thing := (group["thread_kind"], group["thread_id"])) in by_thread
    ]
    waiting = sum(1 for notice in unread if notice.names_you == names_you)
    return InboxList(
        threads=tuple(threads), unread=waiting, unread_is_more=len(unread) >= LIMIT, newer=newer, older=older
    )


def _groups(
    rows: QuerySet[Notification], size: int, after: int | None, before: int | None
) -> tuple[list[dict[str, Any]], str, str]:
    """Return a page of threads with their figures, and the cursors of the pages around it. Queries: 1."""
    groups = rows.values("thread_kind", "thread_id").annotate(
        last=Max("pk"),
        total=Count("pk"),
        people=Count("actor", distinct=True),
        unread=Count("pk", filter=Q(read_at=None)),
    )
    backwards = before is not None and after is None
    if after is not None:
        groups = groups.filter(last__lt=after)
    if backwards:
        groups = groups.filter(last__gt=before)
    found = list(groups.order_by("last" if backwards else "-last")[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    newer = found and (more if backwards else after is not None)
    older = found and (backwards or more)
    return found, str(found[0]["last"]) if newer else "", str(found[-1]["last"]) if older else ""


def _newest(rows: QuerySet[Notification], threads: list[Thing]) -> list[Notification]:
    """Return the newest notices of each thread, with who acted. Queries: 1."""
    if not threads:
        return []
    place = Window(RowNumber(), partition_by=[F("thread_kind"), F("thread_id")], order_by=F("pk").desc())
    newest = rows.filter(of_threads(threads)).annotate(place=place).filter(place__lte=LINES)
    return list(newest.select_related("actor").order_by("-pk"))


def _thread(row: Notification) -> Thing:
    return row.thread_kind, row.thread_id


def _subject(row: Notification) -> Thing:
    return row.subject_kind, row.subject_id


def _hidden_too(row: Notification) -> bool:
    kind = kinds().get(row.kind)
    return bool(kind and kind.may_be_hidden)


def _is_for(member: Member, row: Notification, things: Things) -> bool:
    hidden = _hidden_too(row)
    return row.kind in kinds() and all(
        things.seen_by(member, thing, may_be_hidden=hidden) for thing in {_thread(row), _subject(row)}
    )


def _made(group: dict[str, Any], rows: list[Notification], things: Things) -> Thread:
    card = things.cards[_thread(rows[0])]
    names = list(dict.fromkeys(row.actor.display_name for row in rows if row.actor))
    return Thread(
        kind=group["thread_kind"],
        id=group["thread_id"],
        title=card.title,
        url=_target(group, rows, card, things),
        state=card.state,
        unread=group["unread"],
        total=group["total"],
        lines=tuple(_line(row, things) for row in rows),
        people=tuple(names[:2]),
        others=max(0, group["people"] - 2),
        reason=kinds()[rows[0].kind].reason(rows[0].detail),
        is_counted=all(row.kind in _COUNTED for row in rows),
        last=group["last"],
    )


def _target(group: dict[str, Any], rows: Iterable[Notification], card: Card, things: Things) -> str:
    """Lead to the oldest unread notice that is shown, so that reading goes forward; else to the thread."""
    fresh = [row for row in rows if row.read_at is None]
    return things.cards[_subject(fresh[-1])].url if fresh else card.url


def _line(row: Notification, things: Things) -> Line:
    card = things.cards[_subject(row)]
    kind = kinds()[row.kind]
    text = sentence_html(kind, row.detail, row.actor)
    person = (
        Person(id=row.actor.pk, name=row.actor.display_name, avatar=row.actor.avatar)
        if row.actor and "{name}" in str(kind.sentence(row.detail))
        else None
    )
    said = card.excerpt if _subject(row) != _thread(row) and not kind.may_be_hidden else ""
    return Line(person=person, text=text, said=said, url=card.url, at=row.created_at)
