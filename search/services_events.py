"""Writing event rows. Each service is one INSERT, safe to repeat: what is there already stays as it is."""

import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from search.models import EventKind, SearchEvent, Surface
from search.models.events import WORDS_LENGTH
from search.services_visitors import Person

Thing = tuple[str, int]
"""Kind and id of a subject."""

CLICKABLE = timedelta(hours=24)
"""How long after a lookup an opened result still counts as its click."""
GIVEN_UP = timedelta(hours=24)
"""After this long without a sign, what was begun counts as abandoned."""
_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"\+?\d[\d .()/-]{5,}\d")


def key_new() -> int:
    """Return the key of a new lookup or asking: random, so that nobody guesses another's."""
    return secrets.randbelow(2**62) + 1


def words_kept(text: str) -> str:
    """Return a query as it is kept: small letters, single spaces, mail addresses and long numbers struck out."""
    cleaned = _NUMBER.sub("…", _ADDRESS.sub("…", text.replace("\0", "").lower()))
    return " ".join(cleaned.split())[:WORDS_LENGTH]


def query_log(
    *, person: Person | None, words: str, surface: Surface, total: int, shown: Sequence[Thing], first: int = 1
) -> int:
    """Log a lookup and every result it showed; return its key, 0 for a robot.

    Args:
        shown: the results in order.
        first: the position of the first of them.
    Queries: 1.
    """
    if person is None:
        return 0
    key = key_new()
    query = _event(person, key, EventKind.QUERY, surface)
    query.words, query.total = words_kept(words), total
    impressions = [
        _event(person, key, EventKind.IMPRESSION, surface, thing, position)
        for position, thing in enumerate(shown, first)
    ]
    _store([query, *impressions])
    return key


def opened_log(*, person: Person | None, key: int, thing: Thing) -> bool:
    """Log that a result or a suggestion was opened; False when it was not shown under `key` within a day.

    Idempotent: yes. Queries: 2.
    """
    if person is None:
        return False
    shown = SearchEvent.objects.filter(
        key=key,
        kind__in=(EventKind.IMPRESSION, EventKind.SHOWN),
        subject_kind=thing[0],
        subject_id=thing[1],
        at__gt=timezone.now() - CLICKABLE,
        **_whose(person),
    )
    row = shown.first()
    if row is None:
        return False
    kind = EventKind.OPENED if row.kind == EventKind.SHOWN else EventKind.CLICK
    _store([_event(person, key, kind, row.surface, thing, row.position)])
    return True


def suggestions_log(*, person: Person | None, key: int, shown: Sequence[Thing]) -> None:
    """Log that somebody writes a question and what was suggested to them. Idempotent: yes. Queries: 1."""
    if person is None or not key:
        return
    begun = _event(person, key, EventKind.BEGUN, Surface.ASK)
    suggested = [
        _event(person, key, EventKind.SHOWN, Surface.ASK, thing, position) for position, thing in enumerate(shown, 1)
    ]
    _store([begun, *suggested])


def answered_log(*, person: Person | None, key: int, thing: Thing) -> bool:
    """Log that a suggestion answered the question, once a question; False when it was not suggested.

    The caller's transaction. Idempotent: yes. Queries: 2.
    """
    if person is None:
        return False
    row = SearchEvent.objects.filter(
        key=key, kind=EventKind.SHOWN, subject_kind=thing[0], subject_id=thing[1], **_whose(person)
    ).first()
    if row is None:
        return False
    _store([_event(person, key, EventKind.ANSWERED, Surface.ASK, thing, row.position)])
    return True


def sent_log(sent: Iterable[tuple[int, Thing, datetime]]) -> None:
    """Log that what was begun under a key became a question. The caller's transaction. Idempotent: yes. Queries: 2.

    Args:
        sent: key, the topic, when it was sent.
    """
    wanted = {key: (thing, at) for key, thing, at in sent if key}
    begun = SearchEvent.objects.filter(key__in=wanted, kind=EventKind.BEGUN) if wanted else []
    rows = []
    for row in begun:
        thing, at = wanted[row.key]
        rows.append(_copy(row, EventKind.SENT, at, thing))
    _store(rows)


def abandoned_mark(*, limit: int = 500) -> int:
    """Log what was begun, left for a day and never ended; return how many. Idempotent: yes."""
    now = timezone.now()
    same = SearchEvent.objects.filter(key=OuterRef("key"))
    ended = same.filter(kind__in=(EventKind.ANSWERED, EventKind.SENT, EventKind.ABANDONED))
    recent = same.filter(at__gt=now - GIVEN_UP)
    begun = SearchEvent.objects.filter(kind=EventKind.BEGUN, at__lte=now - GIVEN_UP)
    rows = list(begun.filter(~Exists(ended), ~Exists(recent)).order_by("at")[:limit])
    last = dict(
        SearchEvent.objects.filter(key__in=[row.key for row in rows])
        .values_list("key")
        .annotate(last=Max("at"))
        .order_by()
    )
    _store([_copy(row, EventKind.ABANDONED, last[row.key]) for row in rows])
    return len(rows)


def events_forget() -> int:
    """Delete rows older than `SEARCH_EVENT_DAYS`; return how many. Idempotent: yes."""
    oldest = timezone.now() - timedelta(days=settings.SEARCH_EVENT_DAYS)
    return SearchEvent.objects.filter(at__lt=oldest).delete()[0]


def _whose(person: Person) -> dict[str, object]:
    """Return what finds the rows of one person only: a key that somebody else learnt is of no use to them."""
    if person.member_id is not None:
        return {"site_id": person.site_id, "member_id": person.member_id}
    return {"site_id": person.site_id, "member": None, "day_key": person.day_key}


def _event(
    person: Person, key: int, kind: EventKind, surface: str, thing: Thing = ("", 0), position: int = 0
) -> SearchEvent:
    return SearchEvent(
        site_id=person.site_id,
        kind=kind,
        surface=surface,
        key=key,
        persona=person.persona,
        member_id=person.member_id,
        day_key=person.day_key,
        language=person.language,
        subject_kind=thing[0],
        subject_id=thing[1],
        position=position,
    )


def _copy(begun: SearchEvent, kind: EventKind, at: datetime, thing: Thing = ("", 0)) -> SearchEvent:
    return SearchEvent(
        site_id=begun.site_id,
        at=at,
        kind=kind,
        surface=Surface.ASK,
        key=begun.key,
        persona=begun.persona,
        member_id=begun.member_id,
        day_key=begun.day_key,
        language=begun.language,
        subject_kind=thing[0],
        subject_id=thing[1],
    )


def _store(rows: list[SearchEvent]) -> None:
    if rows:
        with transaction.atomic():
            SearchEvent.objects.bulk_create(rows, ignore_conflicts=True)
