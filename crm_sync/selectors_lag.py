"""How long rows waited, hour by hour: from what runs wrote down, and from what waits now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Min, Sum
from django.db.models.functions import TruncHour
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from crm_sync.models import Connection, Run
from crm_sync.selectors import connection_states
from crm_sync.words import duration_words

HOURS = 24
WIDTH, HEIGHT = 12, 96
"""Of one hour, and of the whole, in the drawing's units."""
_STEPS_S = (60, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 57_600, 86_400, 172_800)


@dataclass(frozen=True)
class LagHour:
    """One hour: how long the row that waited longest in it had waited."""

    hour: str
    lag_s: int
    lag: str
    runs: int
    sent: int


@dataclass(frozen=True)
class LagChart:
    """The last day of one connection, drawn and as rows."""

    hours: list[LagHour]
    line: str
    """Path of the line; the area below it is `line` closed at the foot."""
    area: str
    width: int
    height: int
    axis: list[str]
    """Words at the top, the middle and the foot."""
    times: list[str]
    """Words below, from left to right."""
    summary: str
    """What the drawing says, in a sentence."""


def lag_chart(crm: Connection) -> LagChart | None:
    """Return the lag of the last 24 hours; None when nothing was taken in them and nothing waits. Queries: 5."""
    now = timezone.localtime()
    first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    taken = _taken(crm, first)
    state = connection_states(crm.pk)[0]
    if not taken and state.oldest_at is None:
        return None
    starts = [first + timedelta(hours=number) for number in range(HOURS)]
    hours = _hours(starts, taken, state.oldest_at, now)
    return _drawn(hours, starts)


def _taken(crm: Connection, since: datetime) -> dict[datetime, Mapping[str, Any]]:
    waited = ExpressionWrapper(F("started_at") - F("oldest_at"), output_field=DurationField())
    rows = (
        Run.objects.filter(connection=crm, started_at__gte=since, oldest_at__isnull=False)
        .order_by()
        .annotate(hour=TruncHour("started_at"))
        .values("hour")
        .annotate(oldest=Min("oldest_at"), longest=Max(waited), runs=Count("pk"), records=Sum("sent"))
    )
    return {row["hour"]: row for row in rows}


def _hours(
    starts: Sequence[datetime],
    taken: Mapping[datetime, Mapping[str, Any]],
    waiting_since: datetime | None,
    now: datetime,
) -> list[LagHour]:
    """Go back from now: a row taken later than an hour's end waited through it, if it was there by then."""
    oldest, found = waiting_since, []
    for start in reversed(starts):
        row = taken.get(start)
        end = min(start + timedelta(hours=1), now)
        waited_through = (end - oldest).total_seconds() if oldest is not None else 0.0
        longest = row["longest"].total_seconds() if row else 0.0
        lag_s = max(0, int(max(waited_through, longest)))
        words = duration_words(lag_s) if lag_s or row else "–"
        found.append(
            LagHour(
                time_format(start, "H:i"), lag_s, words, row["runs"] if row else 0, (row["records"] or 0) if row else 0
            )
        )
        oldest = min([at for at in (oldest, row["oldest"] if row else None) if at is not None], default=None)
    return found[::-1]


def _drawn(hours: list[LagHour], starts: Sequence[datetime]) -> LagChart:
    longest = max(hours, key=lambda hour: hour.lag_s)
    top_s = next((step for step in _STEPS_S if step >= longest.lag_s), longest.lag_s)
    points = [
        f"{number * WIDTH + WIDTH // 2} {HEIGHT - HEIGHT * hour.lag_s / top_s:.1f}" for number, hour in enumerate(hours)
    ]
    width = HOURS * WIDTH
    line = f"M0 {points[0].split()[1]} L{' '.join(points)} L{width} {points[-1].split()[1]}"
    told = {
        "longest": duration_words(longest.lag_s),
        "hour": longest.hour,
        "median": duration_words(median(hour.lag_s for hour in hours)),
    }
    return LagChart(
        hours=hours,
        line=line,
        area=f"{line} V{HEIGHT} H0 Z",
        width=width,
        height=HEIGHT,
        axis=[duration_words(top_s), duration_words(top_s / 2), "0"],
        times=[time_format(start, "H:i") for start in (*starts[::6], starts[-1])],
        summary=_("Longest %(longest)s, in the hour of %(hour)s; median %(median)s.") % told,
    )
