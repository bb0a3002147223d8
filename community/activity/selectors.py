"""How far each handler, sender and periodic job is, and what was given up and why."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from community.activity.handlers import ActivityView, handlers
from community.activity.models import Activity, Delivery
from community.activity.types import load_payload
from community.core.db.arrays import rows_as_table
from community.work.models import Periodic, WorkItem
from community.work.periodic import jobs
from community.work.senders import senders

COUNTED = 10_000
"""Rows counted at most: a page must not count a table that a replay has filled with millions."""
BEHIND_S = 60
"""Waiting for longer than this is said on the page; the sweep alone may take 2 s."""

_NAMES = """
WITH RECURSIVE known(name) AS (
  SELECT MIN(handler) FROM activity_delivery
  UNION ALL
  SELECT (SELECT MIN(handler) FROM activity_delivery WHERE handler > known.name) FROM known WHERE name IS NOT NULL)
SELECT name FROM known WHERE name IS NOT NULL
"""
_COUNT = (
    "(SELECT COUNT(*) FROM"
    " (SELECT 1 FROM activity_delivery d WHERE d.handler = h.name AND {where} LIMIT {most}) AS {name})"
)


@dataclass(frozen=True, kw_only=True)
class HandlerStanding:
    """How far one handler is."""

    name: str
    is_registered: bool
    """False: no such handler in this version; its deliveries wait for ever."""
    waiting: int
    backing_off: int
    """Of the waiting, those that failed and are tried again later."""
    dead: int
    oldest_at: datetime | None
    """When the oldest activity still waiting was recorded."""

    @property
    def lag_s(self) -> float:
        """Age of the oldest waiting activity, in seconds; 0 when none waits."""
        return max(0.0, (timezone.now() - self.oldest_at).total_seconds()) if self.oldest_at else 0.0

    @property
    def is_behind(self) -> bool:
        """Tell whether something has waited longer than the worker's rhythm explains."""
        return self.is_registered and self.lag_s > BEHIND_S


@dataclass(frozen=True, kw_only=True)
class SenderStanding:
    """How far one sender is with its work table."""

    name: str
    waiting: int
    in_hand: int
    """Of the waiting, those a sender holds now."""
    dead: int
    oldest_at: datetime | None
    """When the oldest waiting row was written."""

    @property
    def lag_s(self) -> float:
        """Age of the oldest waiting row, in seconds."""
        return max(0.0, (timezone.now() - self.oldest_at).total_seconds()) if self.oldest_at else 0.0

    @property
    def is_behind(self) -> bool:
        """Tell whether something has waited longer than the worker's rhythm explains."""
        return self.lag_s > BEHIND_S


@dataclass(frozen=True, kw_only=True)
class JobStanding:
    """One periodic job."""

    name: str
    every_s: float
    next_at: datetime | None
    finished_at: datetime | None
    failures: int
    """In a row."""
    error: str


@dataclass(frozen=True, kw_only=True)
class DeadGroup:
    """Given-up deliveries of one handler, or rows of one sender, with the same cause."""

    queue: str
    """`handler`, `sender`, or `orphan` for deliveries whose handler is gone from this version."""
    name: str
    error: str
    count: int
    examples: tuple[str, ...]
    """The first few, in words of ids: `forums.post_published 812 of forums.post 44`."""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The staff page."""

    handlers: list[HandlerStanding]
    senders: list[SenderStanding]
    jobs: list[JobStanding]
    dead: list[DeadGroup]

    @property
    def dead_count(self) -> int:
        """How many wait for a person."""
        return sum(group.count for group in self.dead)

    @property
    def behind_count(self) -> int:
        """How many handlers and senders are behind."""
        behind = [standing.is_behind for standing in self.handlers] + [standing.is_behind for standing in self.senders]
        return sum(behind)


def overview() -> Overview:
    """Return all there is to know. Queries: 4, 3 per sender, 1 per cause."""
    return Overview(handlers=handler_standings(), senders=sender_standings(), jobs=job_standings(), dead=dead_groups())


def handler_standings() -> list[HandlerStanding]:
    """Return a line per registered handler, and per unknown one that has deliveries left. Queries: 2."""
    most = COUNTED + 1
    counts = ", ".join(
        _COUNT.format(where=where, most=most, name=name)
        for name, where in (
            ("waiting", "d.state = 'waiting'"),
            ("backing", "d.state = 'waiting' AND d.not_before > %s"),
            ("dead", "d.state = 'dead'"),
        )
    )
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_NAMES)
        strangers = [row[0] for row in cursor.fetchall() if row[0] not in handlers]
        names, params = rows_as_table(connection, {"name": "text"}, [[name] for name in [*handlers, *strangers]])
        cursor.execute(
            f"SELECT h.name, {counts}, (SELECT CAST(a.recorded_at AS TEXT) FROM activity_delivery d"  # noqa: S608
            " JOIN activity_activity a ON a.id = d.activity_id WHERE d.handler = h.name AND d.state = 'waiting'"
            f" ORDER BY d.activity_id LIMIT 1) FROM ({names}) AS h",
            [now, *params],
        )
        rows = cursor.fetchall()
    return [
        HandlerStanding(
            name=name,
            is_registered=name in handlers,
            waiting=waiting,
            backing_off=backing,
            dead=dead,
            oldest_at=_at(at),
        )
        for name, waiting, backing, dead, at in sorted(rows)
    ]


def _at(text: str | None) -> datetime | None:
    if text is None:
        return None
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def sender_standings() -> list[SenderStanding]:
    """Return a line per registered sender. Queries: 2 each."""
    now = timezone.now()
    standings = []
    for sender in senders.values():
        rows = sender.model._base_manager
        waiting = rows.filter(state=WorkItem.State.WAITING).order_by("created_at")[: COUNTED + 1]
        held = list(waiting.values_list("lease_until", "created_at"))
        standings.append(
            SenderStanding(
                name=sender.name,
                waiting=len(held),
                in_hand=sum(1 for lease_until, _ in held if lease_until and lease_until > now),
                dead=rows.filter(state=WorkItem.State.DEAD)[: COUNTED + 1].count(),
                oldest_at=held[0][1] if held else None,
            )
        )
    return standings


def job_standings() -> list[JobStanding]:
    """Return a line per registered periodic job. Queries: 1."""
    rows = Periodic.objects.in_bulk(list(jobs))
    return [
        JobStanding(
            name=job.name,
            every_s=job.every_s,
            next_at=row.next_at if row else None,
            finished_at=row.finished_at if row else None,
            failures=row.failures if row else 0,
            error=row.last_error if row else "",
        )
        for job in sorted(jobs.values(), key=lambda job: job.name)
        for row in [rows.get(job.name)]
    ]


def dead_groups() -> list[DeadGroup]:
    """Return what was given up, by handler or sender and cause, the most first. Queries: 1, and 1 per group."""
    groups = []
    dead = Delivery.objects.filter(state=Delivery.State.DEAD)
    for row in dead.values("handler", "error").annotate(count=Count("id")).order_by():
        first = dead.filter(handler=row["handler"], error=row["error"]).select_related("activity").order_by("id")[:5]
        examples = tuple(
            f"{one.activity.type} {one.activity_id}, {one.activity.subject_kind} {one.activity.subject_id}"
            for one in first
        )
        groups.append(
            DeadGroup(queue="handler", name=row["handler"], error=row["error"], count=row["count"], examples=examples)
        )
    for sender in senders.values():
        rows = sender.model._base_manager.filter(state=WorkItem.State.DEAD)
        for row in rows.values("last_error").annotate(count=Count("pk")).order_by():
            some = rows.filter(last_error=row["last_error"]).order_by("pk")[:5]
            groups.append(
                DeadGroup(
                    queue="sender",
                    name=sender.name,
                    error=row["last_error"],
                    count=row["count"],
                    examples=tuple(str(item) for item in some),
                )
            )
    return sorted(groups, key=lambda group: (-group.count, group.name, group.error))


def views_since(since: datetime, *, origin: str, app: str) -> list[ActivityView]:
    """Return what happened since `since` with this origin in one app (`forums`), as a handler would read it.

    For seeds and tests: a log of any size is read by deliveries. Queries: 1.
    """
    rows = Activity.objects.filter(occurred_at__gte=since, origin=origin, type__startswith=f"{app}.").order_by("pk")
    return [
        ActivityView(
            id=row.pk,
            type=row.type,
            version=row.version,
            payload=load_payload(row.type, row.payload),
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            actor_id=row.actor_id,
            origin=row.origin,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]
