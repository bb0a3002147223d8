"""The report on searching and asking: figures, weeks, words that found nothing, and the rows behind a figure."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone

from community.core.paging import Page, keyset_page
from search.charts import Chart, bar_chart, line_chart
from search.figures import ASKING, COUNTED, FIGURES, FINDING, Figure, Period, figure_rows, period_rows, wilson
from search.meaning import fold
from search.models import EventKind, SearchEvent, Surface
from search.parsing import parse
from search.selectors_found import visible_cards
from search.words import Word

WORDS_SHOWN = 12
LEAST_SEARCHES = 3
"""Words searched for less often say little about their results."""
DEFAULT_DAYS = 28
SPANS = (28, 84, 365)
MOST_DAYS = 366 * 2
LEADING_DAYS = 90
"""How far back the words that led to a thing are looked for."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A figure with its number, and as a share with its interval."""

    figure: Figure
    value: int
    whole: int
    """What it is a part of; 0 where it is none."""
    least: int
    most: int
    """95 of 100 such periods lie between these."""

    @property
    def percent(self) -> int | None:
        """Its share of the whole."""
        return round(100 * self.value / self.whole) if self.whole else None


@dataclass(frozen=True, kw_only=True)
class Week:
    """What one week holds."""

    first: date
    searches: int
    nothing: int
    begun: int
    answered: int
    least: int
    most: int


@dataclass(frozen=True, kw_only=True)
class WordsRow:
    """Words that people searched for, with spellings that mean the same counted together."""

    words: str
    searches: int
    nothing: int
    opened: int

    @property
    def unopened_percent(self) -> int:
        """How many of the searches ended without anything opened."""
        return round(100 * (self.searches - self.opened) / self.searches)


@dataclass(frozen=True, kw_only=True)
class InsightPage:
    """The report."""

    period: Period
    is_empty: bool
    finding: tuple[Shown, ...]
    asking: tuple[Shown, ...]
    weeks: tuple[Week, ...]
    searches_chart: Chart
    answered_chart: Chart
    nothing: tuple[WordsRow, ...]
    low: tuple[WordsRow, ...]

    @property
    def last_week(self) -> Week:
        """The last of the weeks."""
        return self.weeks[-1]


@dataclass(frozen=True, kw_only=True)
class RowView:
    """One row behind a figure. It names no person."""

    at: datetime
    words: str
    total: int | None
    surface: Word
    persona: Word
    language: str
    outcome: Word
    thing: str
    """Title of what was opened, answered or sent."""
    url: str


def period_of(first: str, last: str) -> Period:
    """Return the period an address names; the last four weeks for anything that is none."""
    today = timezone.now().date()
    try:
        period = Period(first=date.fromisoformat(first), last=date.fromisoformat(last))
    except ValueError:
        period = Period(first=today - timedelta(days=DEFAULT_DAYS - 1), last=today)
    if not period.first <= period.last or (period.last - period.first).days > MOST_DAYS or period.first.year < 2000:
        return Period(first=today - timedelta(days=DEFAULT_DAYS - 1), last=today)
    return period


def insight_page(*, site_id: int, period: Period) -> InsightPage:
    """Return the report. Queries: 1 for each figure, 5 more."""
    values = {name: figure_rows(name, site_id=site_id, period=period).count() for name in FIGURES}
    weeks = _weeks(site_id, period)
    words = _words(site_id, period)
    return InsightPage(
        period=period,
        is_empty=not any(values.values()),
        finding=tuple(_shown(name, values) for name in FINDING),
        asking=tuple(_shown(name, values) for name in ASKING),
        weeks=tuple(weeks),
        searches_chart=line_chart([[week.searches for week in weeks], [week.nothing for week in weeks]]),
        answered_chart=bar_chart([(week.answered, week.least, week.most) for week in weeks]),
        nothing=tuple(sorted((row for row in words if row.nothing), key=lambda row: -row.nothing)[:WORDS_SHOWN]),
        low=tuple(
            sorted(
                (row for row in words if row.searches - row.nothing >= LEAST_SEARCHES and row.opened < row.searches),
                key=lambda row: (row.opened - row.searches + row.nothing, row.words),
            )[:WORDS_SHOWN]
        ),
    )


def insight_rows(name: str, *, site_id: int, period: Period, words: str = "", after: str = "") -> Page[SearchEvent]:
    """Return the rows of a figure, newest first; with `words` those of one group of words. Queries: 1 or 2."""
    rows = figure_rows(name, site_id=site_id, period=period)
    if words:
        spelt = rows.order_by().values_list("words", flat=True).distinct()
        rows = rows.filter(words__in=[other for other in spelt if group_key(other) == group_key(words)])
    return keyset_page(rows, by=("at", "id"), size=50, after=after)


def row_views(rows: list[SearchEvent], *, viewer: Any) -> list[RowView]:
    """Return rows as the page prints them. Queries: 1, and a few for each kind of thing."""
    keys = [row.key for row in rows]
    ends = SearchEvent.objects.filter(key__in=keys).exclude(kind__in=(EventKind.IMPRESSION, EventKind.SHOWN))
    by_key: dict[int, list[SearchEvent]] = defaultdict(list)
    for event in ends.order_by("at", "id"):
        by_key[event.key].append(event)
    things = {(e.subject_kind, e.subject_id) for events in by_key.values() for e in events if e.subject_kind}
    cards = visible_cards(things, viewer)
    views = []
    for row in rows:
        last = by_key[row.key][-1]
        card = next((cards[k] for e in by_key[row.key][::-1] if (k := (e.subject_kind, e.subject_id)) in cards), None)
        views.append(
            RowView(
                at=row.at,
                words=row.words,
                total=row.total,
                surface=row.get_surface_display(),
                persona=row.get_persona_display(),
                language=row.language,
                outcome=last.get_kind_display(),
                thing=card.title if card else "",
                url=card.url if card else "",
            )
        )
    return views


def group_key(words: str) -> str:
    """Return what spellings of the same words share: telling words without accents and plural s, in any order."""
    telling = {fold(word) for term in parse(words).wanted for word in term.words}
    return " ".join(sorted(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in telling)) or words


def _shown(name: str, values: dict[str, int]) -> Shown:
    figure, value = FIGURES[name], values[name]
    whole = values[figure.share_of] if figure.share_of else 0
    least, most = wilson(value, whole) if whole else (0.0, 0.0)
    return Shown(figure=figure, value=value, whole=whole, least=round(least * whole), most=round(most * whole))


def _weeks(site_id: int, period: Period) -> list[Week]:
    """Return every week that the period touches. Queries: 4."""
    counts = {
        name: dict(
            figure_rows(name, site_id=site_id, period=period)
            .annotate(week=TruncWeek("at", tzinfo=UTC))
            .order_by()
            .values_list("week")
            .annotate(count=Count("pk"))
        )
        for name in ("searches", "nothing", "begun", "answered")
    }
    first = period.first - timedelta(days=period.first.weekday())
    weeks = []
    while first <= period.last:
        moment = datetime(first.year, first.month, first.day, tzinfo=UTC)
        week = {name: found.get(moment, 0) for name, found in counts.items()}
        least, most = wilson(week["answered"], week["begun"]) if week["begun"] else (0.0, 0.0)
        weeks.append(Week(first=first, **week, least=round(least * week["begun"]), most=round(most * week["begun"])))
        first += timedelta(days=7)
    return weeks


def _words(site_id: int, period: Period) -> list[WordsRow]:
    """Return what was searched for on results pages, like words together. Queries: 1."""
    clicked = Exists(SearchEvent.objects.filter(key=OuterRef("key"), kind=EventKind.CLICK))
    rows = (
        period_rows(site_id, period)
        .filter(kind=EventKind.QUERY, surface=Surface.PAGE)
        .annotate(clicked=clicked)
        .order_by()
        .values("words")
        .annotate(
            searches=Count("pk"), nothing=Count("pk", filter=Q(total=0)), opened=Count("pk", filter=Q(clicked=True))
        )
    )
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[group_key(row["words"])].append(row)
    return [
        WordsRow(
            words=max(group, key=lambda row: (row["searches"], row["words"]))["words"],
            searches=sum(row["searches"] for row in group),
            nothing=sum(row["nothing"] for row in group),
            opened=sum(row["opened"] for row in group),
        )
        for group in groups.values()
    ]


@dataclass(frozen=True, kw_only=True)
class LeadingWords:
    """Words after which people opened one thing."""

    words: str
    opened: int


def words_leading_to(kind: str, subject_id: int, *, site_id: int, days: int = LEADING_DAYS) -> list[LeadingWords]:
    """Return what visitors and members searched for before they opened a thing, the most frequent first.

    Queries: 1.
    """
    events = SearchEvent.objects.filter(site_id=site_id, at__gte=timezone.now() - timedelta(days=days))
    opened = events.filter(kind=EventKind.CLICK, subject_kind=kind, subject_id=subject_id, persona__in=COUNTED)
    lookups = events.filter(kind=EventKind.QUERY, key__in=opened.values("key"))
    rows = lookups.values_list("words").annotate(opened=Count("pk")).order_by("-opened", "words")
    return [LeadingWords(words=words, opened=count) for words, count in rows[:WORDS_SHOWN]]
