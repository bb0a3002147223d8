"""Spam waves: many texts of new accounts that lead to the same place, or say the same, within two hours."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from community.activity.subjects import ReviewContext
from community.members.models import Member
from community.moderation.models import ScreenTrace
from community.moderation.things import Thing, contexts_of, in_language

LOOK_BACK = timedelta(hours=2)
THINGS = 5
AUTHORS = 3
"""From so many things of so many new accounts on it is a wave."""
MOST = 500


@dataclass(frozen=True, kw_only=True)
class Wave:
    """What the strip above the queue says."""

    key: str
    what: str
    """The domain, or nothing for the same text."""
    things: int
    authors: int
    since: datetime


@dataclass(frozen=True, kw_only=True)
class WaveRow:
    """One thing of a wave."""

    context: ReviewContext
    url: str
    author: str


@dataclass(frozen=True, kw_only=True)
class WavePage:
    """Everything a press would hide, counted before anybody presses."""

    key: str
    what: str
    rows: list[WaveRow]
    things: list[Thing]
    authors: list[Member]
    spared: int
    """Texts like these by members who are not new: left alone."""


def waves_of(site_id: int) -> list[Wave]:
    """Return the waves of the last two hours, the largest first. Queries: 1."""
    traces = _traces(site_id).filter(is_new=True)
    groups: dict[str, list[ScreenTrace]] = defaultdict(list)
    for trace in traces[:5_000]:
        for key in _keys(trace):
            groups[key].append(trace)
    waves = [
        Wave(
            key=key,
            what=key.partition(":")[2] if key.startswith("host:") else "",
            things=len({(trace.kind, trace.subject_id) for trace in group}),
            authors=len({trace.author_id for trace in group}),
            since=min(trace.at for trace in group),
        )
        for key, group in groups.items()
    ]
    large = [wave for wave in waves if wave.things >= THINGS and wave.authors >= AUTHORS]
    return sorted(large, key=lambda wave: -wave.things)[:3]


def wave_page(site_id: int, key: str) -> WavePage | None:
    """Return what is in a wave and not hidden yet; None when there is no such wave. Queries: 3 and the kinds'."""
    traces = [trace for trace in _traces(site_id)[:5_000] if key in _keys(trace)]
    new = [trace for trace in traces if trace.is_new]
    if len(new) < THINGS or len({trace.author_id for trace in new}) < AUTHORS:
        return None
    things = list(dict.fromkeys((trace.kind, trace.subject_id) for trace in new))[:MOST]
    contexts = {
        thing: context for thing, context in contexts_of(things).items() if context.state in ("visible", "held")
    }
    authors = _authors(context.author_id for context in contexts.values())
    return WavePage(
        key=key,
        what=key.partition(":")[2] if key.startswith("host:") else "",
        rows=[
            WaveRow(context=context, url=in_language(context.url), author=_name(authors, context.author_id))
            for context in contexts.values()
        ],
        things=list(contexts),
        authors=list(authors.values()),
        spared=len({(trace.kind, trace.subject_id) for trace in traces if not trace.is_new}),
    )


def _traces(site_id: int) -> QuerySet[ScreenTrace]:
    return ScreenTrace.objects.filter(site_id=site_id, at__gt=timezone.now() - LOOK_BACK).order_by("at")


def _keys(trace: ScreenTrace) -> set[str]:
    keys = {f"host:{host}" for host in trace.hosts}
    return keys | {f"text:{trace.fingerprint}"} if trace.fingerprint else keys


def _authors(ids: Iterable[int | None]) -> dict[int, Member]:
    """Return the accounts behind these things that may be suspended. Queries: 1."""
    wanted = {pk for pk in ids if pk is not None}
    return Member.objects.filter(roles=[], state=Member.State.ACTIVE).in_bulk(wanted)


def _name(authors: dict[int, Member], author_id: int | None) -> str:
    return authors[author_id].display_name if author_id in authors else ""
