"""The figures of the report. Each is a query over events: the number is how many rows it has, and it opens to them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import sqrt

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.models import EventKind, Persona, SearchEvent, Surface
from search.words import Word

Rows = QuerySet[SearchEvent]
WINDOW = timedelta(days=7)
"""How long a member who opened a suggestion must not have asked, for it to count as an answer nobody told of."""
COUNTED = (Persona.VISITOR, Persona.MEMBER)
Z_95 = 1.96


@dataclass(frozen=True, kw_only=True)
class Period:
    """Whole days, both included, in UTC."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure: what it counts and which rows those are."""

    name: str
    label: Word
    definition: Word
    rows: Callable[[Rows], Rows]
    share_of: str = ""
    """The figure it is a part of."""


def period_rows(site_id: int, period: Period) -> Rows:
    """Return the events of visitors and members in a period; colleagues count nowhere, robots leave none."""
    return SearchEvent.objects.filter(site_id=site_id, at__gte=period.start, at__lt=period.end, persona__in=COUNTED)


def figure_rows(name: str, *, site_id: int, period: Period) -> Rows:
    """Return the rows of a figure. Raises: KeyError for one there is not."""
    return FIGURES[name].rows(period_rows(site_id, period))


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the shares between which the true one lies in 95 of 100 such periods.

    Source: Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if not whole:
        return 0.0, 1.0
    share, z2 = part / whole, Z_95**2
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z_95 * sqrt(share * (1 - share) / whole + z2 / (4 * whole**2)) / (1 + z2 / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


def _has(*kinds: EventKind) -> Exists:
    return Exists(SearchEvent.objects.filter(key=OuterRef("key"), kind__in=kinds))


def _searches(rows: Rows) -> Rows:
    chosen = Q(surface=Surface.INSTANT) & Q(_has(EventKind.CLICK))
    return rows.filter(Q(surface=Surface.PAGE) | chosen, kind=EventKind.QUERY)


def _pages(rows: Rows) -> Rows:
    return rows.filter(kind=EventKind.QUERY, surface=Surface.PAGE)


def _begun(rows: Rows) -> Rows:
    return rows.filter(kind=EventKind.BEGUN)


def _unsaid(rows: Rows) -> Rows:
    """Members who opened a suggestion, said nothing, and asked nothing in the days after."""
    asked = SearchEvent.objects.filter(
        site=OuterRef("site"),
        member=OuterRef("member"),
        kind=EventKind.SENT,
        at__gte=OuterRef("at"),
        at__lt=OuterRef("until"),
    )
    begun = _begun(rows).filter(persona=Persona.MEMBER, at__lte=timezone.now() - WINDOW)
    opened = begun.filter(_has(EventKind.OPENED), ~_has(EventKind.ANSWERED))
    return opened.annotate(until=F("at") + WINDOW).filter(~Exists(asked))


def _pending(rows: Rows) -> Rows:
    return _begun(rows).filter(~_has(EventKind.ANSWERED, EventKind.SENT, EventKind.ABANDONED))


FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure(
            name="searches",
            label=_("Searches"),
            definition=_(
                "Results pages opened, and lookups in the search box from which something was opened. Filters, further "
                "pages and letters typed on the way do not count."
            ),
            rows=_searches,
        ),
        Figure(
            name="nothing",
            label=_("Found nothing"),
            definition=_("Results pages without any result."),
            rows=lambda rows: _pages(rows).filter(total=0),
            share_of="searches",
        ),
        Figure(
            name="unopened",
            label=_("Nothing opened"),
            definition=_(
                "Results pages that showed something of which nothing was opened. Browsers without scripts "
                "never tell what they open, so they count here."
            ),
            rows=lambda rows: _pages(rows).filter(~_has(EventKind.CLICK), total__gt=0),
            share_of="searches",
        ),
        Figure(
            name="clicked",
            label=_("Something opened"),
            definition=_("Searches of which at least one result was opened within a day."),
            rows=lambda rows: _searches(rows).filter(_has(EventKind.CLICK)),
            share_of="searches",
        ),
        Figure(
            name="begun",
            label=_("Asked for help"),
            definition=_("Began a question in the ask form, so that similar topics were looked for."),
            rows=_begun,
        ),
        Figure(
            name="saw",
            label=_("Saw suggestions"),
            definition=_("Of those: at least one similar topic was shown."),
            rows=lambda rows: _begun(rows).filter(_has(EventKind.SHOWN)),
            share_of="begun",
        ),
        Figure(
            name="opened",
            label=_("Opened one"),
            definition=_("Of those who asked for help: opened at least one suggestion within a day."),
            rows=lambda rows: _begun(rows).filter(_has(EventKind.OPENED)),
            share_of="begun",
        ),
        Figure(
            name="answered",
            label=_("Said it answered"),
            definition=_(
                "Explicit: pressed “This answered it” before sending; once a question, however often pressed."
            ),
            rows=lambda rows: _begun(rows).filter(_has(EventKind.ANSWERED)),
            share_of="begun",
        ),
        Figure(
            name="unsaid",
            label=_("Answered without saying"),
            definition=_(
                "Implicit: a member opened a suggestion, sent nothing and asked nothing else within 7 days. Counted "
                "when these are over; visitors are left out, because they are not recognised the next day."
            ),
            rows=_unsaid,
            share_of="begun",
        ),
        Figure(
            name="abandoned",
            label=_("Left"),
            definition=_("Neither sent nor answered, and no sign for a day."),
            rows=lambda rows: _begun(rows).filter(_has(EventKind.ABANDONED), ~_has(EventKind.ANSWERED, EventKind.SENT)),
            share_of="begun",
        ),
        Figure(
            name="sent",
            label=_("Sent the question"),
            definition=_("The question was sent, also when it waits for review first."),
            rows=lambda rows: _begun(rows).filter(_has(EventKind.SENT)),
            share_of="begun",
        ),
        Figure(
            name="pending",
            label=_("Still writing"),
            definition=_("Began less than a day ago, or gave a sign since."),
            rows=_pending,
            share_of="begun",
        ),
    )
}
"""By name, in the order they are shown in."""
FINDING = ("searches", "nothing", "unopened", "clicked")
ASKING = ("begun", "saw", "opened", "answered", "unsaid", "abandoned", "sent", "pending")
