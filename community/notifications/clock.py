"""When mails may leave, by the member's own clock. Knows no tables."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAILY, WEEKLY = "daily", "weekly"


def zone_of(name: str) -> ZoneInfo:
    """Return the zone called `name`, UTC for one nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def next_digest(after: datetime, *, often: str, day: int, hour: int, zone: str) -> datetime | None:
    """Return the first moment later than `after` at which a digest is due; None for never.

    Args:
        day: of a weekly one, 0 is Monday.
        hour: of the member's clock; one that the change to summer time leaves out is taken an hour later.
    """
    if often not in (DAILY, WEEKLY):
        return None
    here = zone_of(zone)
    local = after.astimezone(here)
    for ahead in range(9):
        date = local.date() + timedelta(days=ahead)
        if often == WEEKLY and date.weekday() != day:
            continue
        moment = datetime(date.year, date.month, date.day, hour, tzinfo=here)
        if moment.timestamp() > after.timestamp():
            return moment
    raise AssertionError("a week has every day")


def quiet_end(now: datetime, *, start: int | None, end: int | None, zone: str) -> datetime | None:
    """Return when the quiet hours that `now` falls into end; None outside them, or without any."""
    if start is None or end is None or start == end:
        return None
    local = now.astimezone(zone_of(zone))
    inside = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
    if not inside:
        return None
    date = local.date() + timedelta(days=1 if start > end and local.hour >= start else 0)
    return datetime(date.year, date.month, date.day, end, tzinfo=local.tzinfo)
