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
from community.core.addresses import path_in
from community.core.paging import cursor_number
from community.members.models import Member
from community.notifications.kinds import kinds
from community.notifications.kinds.base import Thing
from community.notifications.models import Notification
from community.notifications.selectors.choices import of_threads
from community.notifications.selectors.things import Things, page_of, things_of
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


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which page of which list."""

    names_you: bool
    size: int = GROUPS
    after: str = ""
    before: str = ""


def inbox_lists(
    member: Member, asked: Sequence[Asked], *, site_id: int | None, unread: Sequence[UnreadNotice], gone: Gone
) -> list[InboxList]:
    """Return the pages asked for, by the newest notice of each thread; no more than the member may see now.

    Args:
        unread: what `unread_of` returned.
        gone: takes what the pages left out, for `notices_withdraw`.
    Queries: 2 a list, and those of the subjects once.
    """
    rows = Notification.objects.of_site(site_id).filter(member=member, withdrawn=False, on_site=True)
    pages = [_groups(rows.filter(names_you=page.names_you), page) for page in asked]
    found = [
        _newest(rows.filter(names_you=page.names_you), [_group_thread(group) for group in groups])
        for page, (groups, _newer, _older) in zip(asked, pages, strict=True)
    ]
    things = things_of({thing for notices in found for row in notices for thing in (_thread(row), _subject(row))})
    lists = []
    for page, (groups, newer, older), notices in zip(asked, pages, found, strict=True):
        by_thread = _seen(member, notices, things, gone)
        threads = [
            _made(group, by_thread[_group_thread(group)], things)
            for group in groups
            if _group_thread(group) in by_thread
        ]
        waiting = sum(1 for notice in unread if notice.names_you == page.names_you)
        is_more = len(unread) >= LIMIT
        lists.append(
            InboxList(threads=tuple(threads), unread=waiting, unread_is_more=is_more, newer=newer, older=older)
        )
    return lists


def _seen(
    member: Member, notices: Iterable[Notification], things: Things, gone: Gone
) -> dict[Thing, list[Notification]]:
    """Return by thread what the member may see; write the rest into `gone`."""
    by_thread: dict[Thing, list[Notification]] = {}
    for row in notices:
        if _is_for(member, row, things):
            by_thread.setdefault(_thread(row), []).append(row)
        else:
            gone.notice_ids.add(row.pk)
            if not things.seen_by(member, _thread(row), may_be_hidden=_hidden_too(row)):
                gone.threads.add(_thread(row))
    return by_thread


def _groups(rows: QuerySet[Notification], page: Asked) -> tuple[list[dict[str, Any]], str, str]:
    """Return a page of threads with their figures, and the cursors of the pages around it. Queries: 1."""
    size, after, before = page.size, cursor_number(page.after), cursor_number(page.before)
    groups = rows.values("thread_kind", "thread_id").annotate(
        last=Max("pk"),
        total=Count("pk"),
        people=Count("actor", distinct=True),
        fresh_people=Count("actor", distinct=True, filter=Q(read_at=None)),
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


def _group_thread(group: dict[str, Any]) -> Thing:
    return group["thread_kind"], group["thread_id"]


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
    counted = [row for row in rows if row.read_at is None] or rows  # the unread ones, while there are any
    names = list(dict.fromkeys(row.actor.display_name for row in counted if row.actor))
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
        others=max(0, (group["fresh_people"] or group["people"]) - 2),
        reason=kinds()[rows[0].kind].reason(rows[0].detail),
        is_counted=all(row.kind in _COUNTED for row in rows),
    )


def _target(group: dict[str, Any], rows: Iterable[Notification], card: Card, things: Things) -> str:
    """Lead to the oldest unread notice that is shown, so that reading goes forward; else to the thread."""
    fresh = [row for row in rows if row.read_at is None]
    row = fresh[-1] if fresh else None
    return path_in(page_of(kinds()[row.kind], things.cards[_subject(row)]) if row else card.url)


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
    return Line(person=person, text=text, said=said, url=path_in(page_of(kind, card)), at=row.created_at)
