"""What others may read of reputation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, F, IntegerField, Max, Min, Q, QuerySet, Sum, When
from django.utils.functional import Promise
from django.utils.translation import get_language

from community.activity.subjects import Card, subjects
from community.core.audience import may_see
from community.core.db.prepared import MOST, Prepared, PreparedObjects
from community.members.audience import tokens_of
from community.members.models import Member
from community.reputation.models import LedgerEntry, Level, MemberTotal, ReputationRule
from community.reputation.rules import RULES, words_of


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a member stands."""

    points: int = 0
    level: str = ""
    """Name of the level in the reader's language; empty before the first point."""
    level_since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PointSource:
    """One line of "where each point came from"."""

    label: "str | Promise"
    note: "str | Promise"
    times: int
    """Earnings that still count."""
    each: int | None
    """Points apiece; None when they differ."""
    points: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A member's way through the levels."""

    standing: Standing
    rank: int
    """Place of the level, 1 for the lowest."""
    ranks: int
    from_points: int
    to_points: int | None
    """Points of the next level; None at the top."""
    next_level: str
    missing: int
    percent: int
    """Of the way between the two levels, 0 to 100."""


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """One rule as members read it."""

    label: "str | Promise"
    note: "str | Promise"
    author_points: int
    actor_points: int
    daily_cap: int | None


def points_of(member_ids: Collection[int]) -> dict[int, int]:
    """Return the points of each member who has any row. Queries: 1."""
    if len(member_ids) <= MOST:
        return dict(_read_points(ids=member_ids))  # type: ignore[arg-type]
    return dict(_points(member_ids))


def _points(ids: Collection[int]) -> QuerySet[MemberTotal, Any]:
    return MemberTotal.objects.filter(member_id__in=ids).values_list("member_id", "points")


_read_points = Prepared(_points, many="ids")


def standings_of(member_ids: Collection[int]) -> dict[int, Standing]:
    """Return points and level of each of these members. Queries: 1."""
    totals = MemberTotal.objects.filter(member_id__in=member_ids).select_related("level")
    found = {total.member_id: _standing(total) for total in totals}
    return {member_id: found.get(member_id, Standing()) for member_id in member_ids}


def contributions_of_reputation(member_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return `points` of each member, for CRM facts and profiles. Queries: 1."""
    return {member_id: {"points": points} for member_id, points in points_of(member_ids).items()}


def members_moved(since: datetime) -> list[int]:
    """Return the members whose points or level moved since then. Queries: 1."""
    return list(MemberTotal.objects.filter(changed_at__gte=since).values_list("member_id", flat=True))


def _sources(member: int) -> QuerySet[LedgerEntry, Any]:
    earned = Q(reverses__isnull=True) & ~Q(points=0)
    # A change is the earning's points with either sign, so the quotient says how the number of live earnings moves.
    moved = Case(
        When(earned, then=1),
        When(reverses__isnull=False, then=F("points") / F("reverses__points")),
        default=0,
        output_field=IntegerField(),
    )
    return (
        LedgerEntry.objects.filter(member_id=member)
        .values("rule")
        .annotate(
            total=Sum("points"), times=Sum(moved), least=Min("points", filter=earned), most=Max("points", filter=earned)
        )
        .order_by("-total", "rule")
        .values_list("rule", "total", "times", "least", "most")
    )


_read_sources = Prepared(_sources, "member")
_read_total = PreparedObjects(lambda member: MemberTotal.objects.filter(member_id=member), "member")


def point_sources(member_id: int) -> list[PointSource]:
    """Return where this member's points came from, most points first. Queries: 1."""
    return [
        PointSource(
            label=words_of(rule)[0],
            note=words_of(rule)[1],
            times=times,
            each=least if least == most else None,
            points=total,
        )
        for rule, total, times, least, most in _read_sources(member=member_id)
        if times
    ]


def progress_of(member_id: int) -> Progress:
    """Return where this member stands between two levels. Queries: 2."""
    total: MemberTotal | None = next(iter(_read_total(member=member_id)), None)
    points = total.points if total else 0
    levels = levels_all()
    reached = [level for level in levels if level.threshold <= points]
    ahead = levels[len(reached)] if len(reached) < len(levels) else None
    floor = reached[-1].threshold if reached else 0
    span = (ahead.threshold - floor) if ahead else 0
    return Progress(
        standing=Standing(
            points=points,
            level=reached[-1].label if reached else "",
            level_since=total.level_since if total else None,
        ),
        rank=len(reached),
        ranks=len(levels),
        from_points=floor,
        to_points=ahead.threshold if ahead else None,
        next_level=ahead.label if ahead else "",
        missing=ahead.threshold - points if ahead else 0,
        percent=round(100 * max(points - floor, 0) / span) if span else 100,
    )


def rules_in_use() -> list[RuleLine]:
    """Return the enabled rules in the order of `rules.py`. Queries: 1."""
    rows = {row.activity_type: row for row in ReputationRule.objects.filter(enabled=True)}
    return [
        RuleLine(
            label=rule.label,
            note=rule.note,
            author_points=row.author_points,
            actor_points=row.actor_points,
            daily_cap=row.daily_cap,
        )
        for rule in RULES
        if (row := rows.get(rule.type))
    ]


def levels_all() -> list[Level]:
    """Return every level, lowest first. Queries: 1."""
    return list(Level.objects.all())


def _standing(total: MemberTotal) -> Standing:
    return Standing(points=total.points, level=total.level.label if total.level else "", level_since=total.level_since)


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """One movement of points as a page shows it."""

    id: int
    label: "str | Promise"
    points: int
    taken_back: bool
    """Whether it changes an earlier earning."""
    title: str
    """Of the thing, empty when this viewer may not see it."""
    url: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LedgerPage:
    """A screenful of a member's ledger, newest first."""

    lines: list[LedgerLine]
    next_before: int | None
    """Id to continue with; None at the end."""


LEDGER_PAGE_SIZE = 50


def ledger_page(member_id: int, viewer: Any, *, before: int | None = None) -> LedgerPage:
    """Return movements of this member's points, newest first, from before the entry `before`.

    Queries: 1, and 2 for each kind of thing in it.
    """
    entries = LedgerEntry.objects.filter(member_id=member_id).order_by("-pk")
    if before is not None:
        entries = entries.filter(pk__lt=before)
    rows = list(entries[: LEDGER_PAGE_SIZE + 1])
    shown = rows[:LEDGER_PAGE_SIZE]
    cards = _cards_for(viewer, shown)
    lines = [_line(entry, cards.get((entry.subject_kind, entry.subject_id))) for entry in shown]
    return LedgerPage(lines=lines, next_before=shown[-1].pk if len(rows) > LEDGER_PAGE_SIZE else None)


def _cards_for(viewer: Any, entries: list[LedgerEntry]) -> dict[tuple[str, int], Card]:
    """Return the cards of those things that `viewer` may see."""
    tokens = tokens_of(viewer)
    found: dict[tuple[str, int], Card] = {}
    for kind in {entry.subject_kind for entry in entries} & subjects.keys():
        subject = subjects[kind]
        audiences = subject.audience({entry.subject_id for entry in entries if entry.subject_kind == kind})
        visible = [pk for pk, audience in audiences.items() if may_see(audience, tokens)]
        found |= {(kind, pk): card for pk, card in subject.cards(visible).items()}
    return found


def _line(entry: LedgerEntry, card: Card | None) -> LedgerLine:
    return LedgerLine(
        id=entry.pk,
        label=words_of(entry.rule)[0],
        points=entry.points,
        taken_back=entry.reverses_id is not None,
        title=card.title if card else "",
        url=_in_language(card.url) if card else "",
        at=entry.occurred_at,
    )


def _in_language(path: str) -> str:
    """Return a card's path in the language of the page."""
    language = get_language() or settings.LANGUAGE_CODE
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def member_by_handle(handle: str) -> Member | None:
    """Return the member others may see under this handle. Queries: 1."""
    return Member.objects.filter(handle=handle).exclude(state=Member.State.ERASED).first()
