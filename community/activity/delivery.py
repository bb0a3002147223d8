"""Delivering: read a batch, handle it, delete its deliveries, in one transaction; so each effect happens once.

The DELETE must remove exactly the rows read or everything rolls back: that, not a lock, is what keeps two workers from
doubling an effect. On failure the batch halves until the poison stands alone; it backs off and blocks only its lane.
"""

import json
import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from zlib import crc32

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone

from community.activity.handlers import ActivityView, Handler, handlers
from community.activity.models import Delivery, HandlerStart
from community.activity.types import load_payload
from community.core import content
from community.core.db.arrays import rows_as_table
from community.work.loop import Line
from community.work.outcomes import backoff

logger = logging.getLogger("community.activity")

MAX_ATTEMPTS = 8
MAX_STARTS = 3
"""After so many starts without a success, a handler is fed one by one."""
TURN_S = 0.025
"""How long a batch may hold SQLite's one write lock: a page that wants to write waits for no more than that."""
LEAST_TURN = 10
KILLED = "the process ended while handling it"
_LOCK_SPACE = 0x7E27  # ours among the advisory locks of the database

_READ = """
SELECT d.id, d.error, a.id, a.type, a.version, a.payload, a.subject_kind, a.subject_id, a.actor_id, a.origin,
       CAST(a.occurred_at AS TEXT), CAST(a.recorded_at AS TEXT)
FROM activity_delivery d JOIN activity_activity a ON a.id = d.activity_id
WHERE d.handler = %s AND d.state = 'waiting' AND (d.not_before IS NULL OR d.not_before <= %s)
  AND d.lane NOT IN (
    SELECT b.lane FROM activity_delivery b WHERE b.handler = %s AND b.state = 'waiting' AND b.not_before > %s)
ORDER BY d.activity_id LIMIT %s
"""

_PLANNER = (
    "SELECT set_config('enable_sort', %s, true), set_config('enable_bitmapscan', %s, true),"
    " set_config('enable_seqscan', %s, true)"
)


class _StolenError(Exception):
    """Somebody else handled a row of our batch; nothing of ours may stay."""


class _Row(ActivityView):
    """An ActivityView that reads its columns when asked: a handler needs few, and parsing them all costs most."""

    __slots__ = ("_payload", "_row")
    _payload: Any
    _row: Sequence[Any]

    def __init__(self, row: Sequence[Any]) -> None:
        _set(self, "_row", row)
        _set(self, "_payload", None)

    id = property(lambda self: self._row[2])
    type = property(lambda self: self._row[3])
    version = property(lambda self: self._row[4])
    subject_kind = property(lambda self: self._row[6])
    subject_id = property(lambda self: self._row[7])
    actor_id = property(lambda self: self._row[8])
    origin = property(lambda self: self._row[9])
    occurred_at = property(lambda self: _aware(self._row[10]))
    recorded_at = property(lambda self: _aware(self._row[11]))

    @property
    def payload(self) -> Any:
        if self._payload is None:
            _set(self, "_payload", load_payload(self._row[3], _decode(self._row[5])[0]))
        return self._payload


_set = object.__setattr__
_decode = json.JSONDecoder().raw_decode


def _aware(text: str) -> datetime:
    """Read a time as the database writes it; SQLite leaves out that it is UTC."""
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Delivered:
    """What one call of `deliver` did."""

    count: int
    """Deliveries handled and gone."""
    more: bool
    """There may be more to do at once."""
    error: Exception | None = None
    """What a delivery that now backs off, or is dead, raised."""


class Deliverer:
    """Feeds handlers batch by batch; remembers per handler how large a batch it can take. One per thread."""

    def __init__(self, *, max_batch: int | None = None, serves: Callable[[Handler], bool] = lambda _: True) -> None:
        """`serves` says of which handlers."""
        self._max_batch = max_batch
        self._serves = serves
        self._limits: dict[str, int] = {}
        self._unproven: set[str] = set()
        """Handlers that have not succeeded since this process began to deliver."""
        self._one_by_one: set[str] = set()
        """Handlers that killed processes: each delivery is charged before it is handled, until the queue is quiet."""
        self._announced = False
        self._round: list[str] = []
        """Handlers still to be served before asking again who has something due."""
        self._busy = False

    @property
    def max_batch(self) -> int:
        """SQLite has one writer, so short turns; PostgreSQL gains up to 500."""
        return self._max_batch or (500 if connection.vendor == "postgresql" else 200)

    @property
    def first_batch(self) -> int:
        """Where turns are short, how long a handler takes is found out on a few."""
        return LEAST_TURN if self._takes_turns() else self.max_batch

    def _takes_turns(self) -> bool:
        return self._max_batch is None and connection.vendor != "postgresql"

    def _next_limit(self, count: int, took_s: float) -> int:
        """Return how many to take after `count` went well in `took_s`: twice as many, or what fits into a turn."""
        wanted = count * 2
        if self._takes_turns():
            wanted = min(wanted, max(LEAST_TURN, int(count * TURN_S / max(took_s, 0.001))))
        return min(self.max_batch, wanted)

    def _mine(self) -> list[str]:
        return [name for name, handler in handlers.items() if self._serves(handler)]

    def announce(self) -> None:
        """Count a start for every handler; after three without a success between them, one is fed one by one."""
        self._announced = True
        names = self._mine()
        self._unproven = set(names)
        with transaction.atomic():
            HandlerStart.objects.bulk_create(
                (HandlerStart(handler=name) for name in sorted(names)), ignore_conflicts=True
            )
            rows = HandlerStart.objects.filter(handler__in=names)
            rows.update(starts=F("starts") + 1)
            self._one_by_one = set(rows.filter(starts__gte=MAX_STARTS).values_list("handler", flat=True))

    def step(self) -> bool:
        """Deliver one batch to the next handler with something due; tell whether there may be more. The worker's line.

        One batch a step, so that the worker rests after each and a page that wants to write gets its turn.
        """
        if not self._announced:
            self.announce()
        if not self._round:
            mine = self._mine()
            self._round = due_handlers(mine)
            self._quiet(set(mine) - set(self._round))
            if not self._round:
                return False
        handler = handlers.get(self._round.pop(0))
        if handler is not None:
            self._busy |= self.deliver(handler).more
        if self._round:
            return True
        busy, self._busy = self._busy, False
        return busy

    def deliver(self, handler: Handler) -> Delivered:
        """Deliver one batch.

        Raises: OperationalError, InterfaceError. Of a batch they count as no attempt: the database may be away, or out
        of breath. Of one delivery alone they are its poison like any other error, if only the database is there to
        write that down; SQLite says "operational" of much that a handler does wrong.
        """
        limit = min(self._limits.get(handler.name, self.first_batch), self.max_batch)
        if handler.name in self._one_by_one:
            limit = 1
        taken: list[int] = []
        try:
            with transaction.atomic():
                began = perf_counter()
                if not _try_lock(handler.name):
                    return Delivered(0, more=False)
                rows = _read(handler.name, limit)
                if not rows:
                    return Delivered(0, more=False)
                if rows[0][1] == KILLED or handler.name in self._one_by_one:
                    charge = rows[0][0]
                else:
                    charge = None
                    rows = _until_killer(rows)
                    taken = [row[0] for row in rows]
                    self._handle(handler, rows)
        except _StolenError:
            return Delivered(0, more=True)
        except (OperationalError, InterfaceError) as error:
            if len(taken) == 1:
                return self._failed(handler, taken, error)
            self._limits[handler.name] = max(1, (len(taken) or limit) // 2)
            raise
        except Exception as error:  # noqa: BLE001 whatever a handler raises is its poison, not ours
            return self._failed(handler, taken, error)
        if charge is not None:
            return self._deliver_charged(handler, charge)
        self._limits[handler.name] = self._next_limit(len(rows), perf_counter() - began)
        content.touch()  # points and counters stand on pages, too
        return Delivered(len(rows), more=True)

    def _handle(self, handler: Handler, rows: Sequence[Sequence[Any]]) -> None:
        handler.handle([_Row(row) for row in rows])
        if _delete([row[0] for row in rows]) != len(rows):
            raise _StolenError
        if handler.name in self._unproven:
            self._prove({handler.name})

    def _failed(self, handler: Handler, taken: list[int], error: Exception) -> Delivered:
        """Halve the batch, or charge the one delivery it has come down to."""
        if len(taken) > 1:
            self._limits[handler.name] = max(1, len(taken) // 2)
            return Delivered(0, more=True)
        _charge(taken[0], describe(error))
        logger.warning("handler %s: delivery %d failed: %s", handler.name, taken[0], describe(error), exc_info=error)
        return Delivered(0, more=True, error=error)

    def _deliver_charged(self, handler: Handler, delivery_id: int) -> Delivered:
        """Count the attempt first, in a transaction of its own: a process that dies cannot count it afterwards."""
        if not _charge(delivery_id, KILLED):
            return Delivered(0, more=True)  # it is dead now, or somebody else's
        try:
            with transaction.atomic():
                rows = _read_one(delivery_id) if _try_lock(handler.name) else []
                if not rows:
                    _uncharge(delivery_id)
                    return Delivered(0, more=True)
                self._handle(handler, rows)
        except _StolenError:
            _uncharge(delivery_id)
            return Delivered(0, more=False)
        except Exception as error:  # noqa: BLE001 as in deliver
            Delivery.objects.filter(pk=delivery_id).update(error=describe(error))
            return Delivered(0, more=True, error=error)
        return Delivered(1, more=True)

    def _quiet(self, names: set[str]) -> None:
        """With nothing due there is nothing that kills: trust these handlers again."""
        self._one_by_one -= names
        if self._unproven & names:
            self._prove(self._unproven & names)

    def _prove(self, names: set[str]) -> None:
        HandlerStart.objects.filter(handler__in=names, starts__gt=0).update(starts=0)
        self._unproven -= names


def _until_killer(rows: list[Sequence[Any]]) -> list[Sequence[Any]]:
    """Cut the batch before a delivery that has killed a process: it will be handled alone."""
    for index, row in enumerate(rows):
        if row[1] == KILLED:
            return rows[:index]
    return rows


def _try_lock(name: str) -> bool:
    """Only saves wasted work, so never waits; SQLite has one writer anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, crc32(name.encode()) - 2**31])
        return bool(cursor.fetchone()[0])


def _read(name: str, limit: int) -> list[Sequence[Any]]:
    """Return the next rows, oldest activity first. Queries: 1, on PostgreSQL 3."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        # A queue's statistics are always of another time: after a quiet hour PostgreSQL takes it for empty and would
        # read and sort a backlog whole for each batch. Here it may only walk the index and stop.
        if connection.vendor == "postgresql":
            cursor.execute(_PLANNER, ["off"] * 3)
        cursor.execute(_READ, [name, now, name, now, limit])
        rows: list[Sequence[Any]] = cursor.fetchall()
        if connection.vendor == "postgresql":
            cursor.execute(_PLANNER, ["on"] * 3)
    return rows


def _read_one(delivery_id: int) -> list[Sequence[Any]]:
    head = _READ.partition("WHERE")[0]
    with connection.cursor() as cursor:
        cursor.execute(f"{head} WHERE d.id = %s AND d.state = 'waiting'", [delivery_id])  # noqa: S608
        return list(cursor.fetchall())


def _delete(ids: list[int]) -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # for `id = ANY(…)` it may compare every row of the table with every id
            cursor.execute(
                "DELETE FROM activity_delivery d USING unnest(%s::bigint[]) AS gone(id) WHERE d.id = gone.id", [ids]
            )
        else:
            cursor.execute(
                "DELETE FROM activity_delivery WHERE id IN (SELECT value FROM json_each(%s))", [json.dumps(ids)]
            )
        return int(cursor.rowcount)


def _charge(delivery_id: int, error: str) -> bool:
    """Count an attempt and block the lane for a while; after the last one the delivery is dead. True: it lives."""
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(pk=delivery_id, state=Delivery.State.WAITING).first()
        if row is None:
            return False
        row.attempts += 1
        row.error = error[:200]
        row.not_before = timezone.now() + backoff(row.attempts)
        lives = row.attempts < MAX_ATTEMPTS
        if not lives:
            row.state, row.not_before = Delivery.State.DEAD, None
        row.save(update_fields=["attempts", "error", "not_before", "state"])
    return lives


def _uncharge(delivery_id: int) -> None:
    """It was not the delivery's fault."""
    Delivery.objects.filter(pk=delivery_id, attempts__gt=0).update(attempts=F("attempts") - 1, not_before=None)


def describe(error: Exception) -> str:
    """Return the class of an error and the last place of ours it passed through; its text may hold personal data."""
    here = Path(settings.BASE_DIR)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(here) and ".venv" not in path.parts and path != Path(__file__):
            return f"{type(error).__name__} at {path.relative_to(here)}:{frame.lineno}"
    return type(error).__name__


def due_handlers(wanted: Sequence[str]) -> list[str]:
    """Return those of the names `wanted` whose handlers have something to deliver now, in their order. Queries: 1."""
    if not wanted:
        return []
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    names, params = rows_as_table(connection, {"name": "text"}, [[name] for name in wanted])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT h.name FROM ({names}) AS h WHERE ("  # noqa: S608 a scalar with LIMIT is never made a join
            "SELECT 1 FROM activity_delivery d WHERE d.handler = h.name AND d.state = 'waiting'"
            " AND (d.not_before IS NULL OR d.not_before <= %s) ORDER BY d.activity_id LIMIT 1) = 1",
            [*params, now],
        )
        found = {row[0] for row in cursor.fetchall()}
    return [name for name in wanted if name in found]


def lines() -> list[Line]:
    """Return the worker's lines that deliver: what pages wait for, and the rest."""
    return [
        Line("activity at once", Deliverer(serves=lambda handler: handler.at_once).step),
        Line("activity", Deliverer(serves=lambda handler: not handler.at_once).step),
    ]


def drain_activity(*, raise_errors: bool = True) -> int:
    """Run all due deliveries to quiet with the real handlers, for tests and imports; return how many were handled.

    Raises: what a handler raised, unless `raise_errors` is off: the delivery then backs off as in production.
    """
    deliverer = Deliverer()
    handled = 0
    while names := due_handlers(list(handlers)):
        progress = False
        for name in names:
            delivered = deliverer.deliver(handlers[name])
            handled += delivered.count
            progress |= delivered.more
            if delivered.error is not None and raise_errors:
                raise delivered.error
        if not progress:
            break
    return handled
