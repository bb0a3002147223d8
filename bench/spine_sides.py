"""The two sides `bench.spine` compares: our code, and the driver running the same statements bare."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from community.activity.delivery import Deliverer
from community.activity.handlers import ActivityView, Handler, handlers
from community.activity.log import record
from community.activity.models import Activity, Delivery, HandlerStart
from community.activity.triggers import create_triggers
from community.activity.types import activity_type
from community.core.db.arrays import rows_as_table

STAMP = "2026-03-02 10:00:00.000000"
_ACTIVITY = (
    "INSERT INTO activity_activity (type, version, payload, subject_kind, subject_id, actor_id, origin, dedupe_key,"
    " occurred_at, recorded_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (dedupe_key) DO NOTHING RETURNING id"
)
_DELIVERY = "INSERT INTO activity_delivery (activity_id, handler, lane) VALUES "
_READ = (
    "SELECT d.id, a.id, a.type, a.version, a.payload, a.subject_kind, a.subject_id, a.actor_id, a.origin,"
    " a.occurred_at, a.recorded_at FROM activity_delivery d JOIN activity_activity a ON a.id = d.activity_id"
    " WHERE d.handler = %s AND d.state = 'waiting' ORDER BY d.activity_id LIMIT %s"
)
_LEDGER = {
    "sqlite": "INSERT INTO bench_effect (activity_id, member_id) SELECT json_extract(value, '$[0]'),"
    " json_extract(value, '$[1]') FROM json_each(%s) WHERE true ON CONFLICT (activity_id) DO NOTHING",
    "postgresql": "INSERT INTO bench_effect (activity_id, member_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
    " ON CONFLICT (activity_id) DO NOTHING",
}


@activity_type("bench.happened", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class Happened:
    """What is recorded."""

    topic_id: int
    number: int
    author_id: int


class Effect(models.Model):
    """What the ledger handler writes."""

    activity_id = models.BigIntegerField(unique=True)
    member_id = models.BigIntegerField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.activity_id)


class _NoOp(Handler):
    name = "no-op"
    types = ("bench.happened",)

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Do nothing."""


class _Ledger(Handler):
    name = "ledger"
    types = ("bench.happened",)

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Write one row per activity, in one statement."""
        pairs = [(activity.id, activity.payload.author_id) for activity in batch]
        source, params = rows_as_table(connection, {"a": "bigint", "m": "bigint"}, pairs)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO bench_effect (activity_id, member_id) {source}"  # noqa: S608
                " ON CONFLICT (activity_id) DO NOTHING",
                params,
            )


def make_tables() -> None:
    """Make the tables of the spine and of this measurement."""
    with connection.schema_editor() as editor:
        for model in (Activity, Delivery, HandlerStart, Effect):
            editor.create_model(model)
    create_triggers(connection.alias)


class Ours:
    """Our code."""

    def __init__(self, count: int) -> None:
        handlers.clear()
        for handler in (_NoOp(), _Ledger()):
            handlers[handler.name] = handler
        for number in range(count - len(handlers)):
            other = _NoOp()
            other.name = f"other{number}"
            handlers[other.name] = other

    def record(self, count: int) -> None:
        """Record activities, each in a transaction of its own."""
        for number in range(count):
            with transaction.atomic():
                record(Happened(topic_id=5, number=number, author_id=7), subject_id=number, actor_id=7)

    def deliver(self, name: str, batch: int) -> None:
        """Deliver everything to one handler."""
        deliverer = Deliverer(max_batch=batch)
        while deliverer.deliver(handlers[name]).count:
            pass


class Bare:
    """The driver alone."""

    def __init__(self, wrapper: BaseDatabaseWrapper, count: int) -> None:
        self._names = [*list(handlers)[:count]]
        self._vendor = wrapper.vendor
        self._number = 0
        if self._vendor == "sqlite":
            self._link: Any = sqlite3.connect(wrapper.settings_dict["NAME"], isolation_level=None, timeout=20)
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
                self._link.execute(f"PRAGMA {pragma}")
            self._begin = "BEGIN IMMEDIATE"
        else:
            wrapper.ensure_connection()
            self._link = psycopg.connect(wrapper.connection.info.dsn, autocommit=True)
            self._begin = "BEGIN"
        self._cursor = self._link.cursor()

    def _run(self, statement: str, params: Sequence[Any] = ()) -> Any:
        if self._vendor == "sqlite":
            statement = statement.replace("%s", "?")
        return self._cursor.execute(statement, params)

    def record(self, count: int) -> None:
        """Insert the same rows."""
        deliveries = _DELIVERY + ", ".join(["(%s, %s, %s)"] * len(self._names))
        for number in range(count):
            self._cursor.execute(self._begin)
            self._activity(number)
            row_id = self._cursor.fetchone()[0]
            self._run(deliveries, [v for name in self._names for v in (row_id, name, f"members.member:{number}")])
            self._cursor.execute("COMMIT")

    def _activity(self, number: int) -> None:
        self._number += 1
        payload = json.dumps({"topic_id": 5, "number": number, "author_id": 7})
        key = f"bare{self._number:012d}{'0' * 16}"
        kind = "members.member"
        self._run(_ACTIVITY, ("bench.happened", 1, payload, kind, number, 7, "web", key, STAMP, STAMP))

    def fill(self, count: int) -> None:
        """Put deliveries for both handlers into the table."""
        self._cursor.execute(self._begin)
        for number in range(count):
            self._activity(number)
            row_id = self._cursor.fetchone()[0]
            values = [v for name in ("no-op", "ledger") for v in (row_id, name, f"members.member:{number}")]
            self._run(_DELIVERY + "(%s, %s, %s), (%s, %s, %s)", values)
        self._cursor.execute("COMMIT")

    def deliver(self, name: str, batch: int) -> None:
        """Read, write the effect, delete, commit."""
        while True:
            self._cursor.execute(self._begin)
            rows = self._run(_READ, [name, batch]).fetchall()
            if not rows:
                self._cursor.execute("COMMIT")
                return
            if name == "ledger":
                self._effects(rows)
            ids = [row[0] for row in rows]
            if self._vendor == "sqlite":
                self._run(
                    "DELETE FROM activity_delivery WHERE id IN (SELECT value FROM json_each(%s))", [json.dumps(ids)]
                )
            else:
                self._run("DELETE FROM activity_delivery WHERE id = ANY(%s)", [ids])
            self._cursor.execute("COMMIT")

    def _effects(self, rows: Sequence[Sequence[Any]]) -> None:
        payloads = [json.loads(row[4]) if isinstance(row[4], str) else row[4] for row in rows]
        pairs = [(row[1], payload["author_id"]) for row, payload in zip(rows, payloads, strict=True)]
        if self._vendor == "sqlite":
            self._run(_LEDGER["sqlite"], [json.dumps(pairs)])
        else:
            self._run(_LEDGER["postgresql"], [list(column) for column in zip(*pairs, strict=True)])

    def empty(self) -> None:
        """Empty the queue; the log itself is kept, as in life."""
        self._run("DELETE FROM bench_effect")
        self._run("DELETE FROM activity_delivery")
        if self._vendor == "postgresql":
            self._run("VACUUM activity_delivery, bench_effect")
