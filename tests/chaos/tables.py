"""The domain, the handlers, the work table and the outside world of `spine_kills`."""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from community.activity import delivery
from community.activity.handlers import ActivityView, Handler, handlers
from community.activity.models import Activity, Delivery, HandlerStart
from community.activity.triggers import create_triggers
from community.activity.types import activity_type
from community.work import queue
from community.work.models import WorkItem
from community.work.outcomes import Done, Outcome
from community.work.senders import Sender
from tests.chaos import spine_kills


@activity_type("chaos.happened", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class Happened:
    """A domain row was written."""

    domain_id: int


class Domain(models.Model):
    """What the service changes."""

    subject_id = models.BigIntegerField()

    class Meta:
        app_label = "chaos"

    def __str__(self) -> str:
        return str(self.pk)


class Effect(models.Model):
    """What handlers write; no constraint, so that a doubled one shows."""

    handler = models.CharField(max_length=40)
    activity_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()

    class Meta:
        app_label = "chaos"

    def __str__(self) -> str:
        return f"{self.handler} {self.activity_id}"


class Record(WorkItem):
    """A record outside that must be brought up to date."""

    subject_id = models.BigIntegerField(unique=True)
    mark_key = ("subject_id",)

    class Meta:
        app_label = "chaos"

    def __str__(self) -> str:
        return str(self.subject_id)


class Writes(Handler):
    """Inserts an effect per activity; now and then it fails."""

    types = ("chaos.happened",)

    def __init__(self, name: str, lane: str, fails: float = 0.0) -> None:
        self.name = name
        self.lane = lane  # type: ignore[assignment]
        self._fails = fails

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Insert."""
        Effect.objects.bulk_create(
            [Effect(handler=self.name, activity_id=one.id, subject_id=one.subject_id) for one in batch]
        )
        if random.random() < self._fails:  # noqa: S311
            raise ArithmeticError("now and then")


class Marks(Handler):
    """Marks the record of each subject."""

    name = "chaos.marks"
    types = ("chaos.happened",)

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Mark."""
        queue.mark(Record, [{"subject_id": one.subject_id} for one in batch])


class RecordSender(Sender[Record]):
    """Writes the number of a subject's activities outside, as an absolute value."""

    name = "chaos.records"
    model = Record
    lease_s = spine_kills.LEASE_S
    max_attempts = 10_000

    def __init__(self, outside: Path, dice: random.Random, passed: Callable[[str], None]) -> None:
        self._outside = outside
        self._dice = dice
        self._passed = passed
        self.batch = dice.choice((1, 3, 10))

    def send(self, items: Sequence[Record]) -> Iterator[list[tuple[Record, Outcome]]]:
        """One call per record; now and then it takes longer than the lease."""
        for item in items:
            held_at = time.monotonic()
            if not self.hold([item]):
                continue
            value = Activity.objects.filter(subject_id=item.subject_id).count()
            if self._dice.random() < 0.05:
                time.sleep(spine_kills.LEASE_S * 1.5)
            self._passed("before call")
            late = time.monotonic() - held_at > self.lease_s
            call = f"{os.getpid()} {time.monotonic_ns()}"
            self._write({"call": call, "subject_id": item.subject_id, "value": value, "late": late})
            self._passed("after call")
            yield [(item, Done())]
            self._write({"settled": call})

    def _write(self, line: dict[str, Any]) -> None:
        with self._outside.open("ab", buffering=0) as world:
            world.write(json.dumps(line).encode() + b"\n")

    def refused(self, items: Sequence[Record]) -> None:
        """The older value may have come last: once more."""
        queue.mark(Record, [{"subject_id": item.subject_id} for item in items])


TABLES = (Delivery, HandlerStart, Effect, Record, Domain, Activity)


def make() -> None:
    """Make the tables in an empty database and register the handlers."""
    with connection.schema_editor() as editor:
        for model in reversed(TABLES):
            editor.create_model(model)
    create_triggers(connection.alias)
    handlers.clear()
    for handler in (
        Writes("chaos.subject", "subject"),
        Writes("chaos.actor", "actor"),
        Writes("chaos.flaky", "subject", fails=0.1),
        Marks(),
    ):
        handlers[handler.name] = handler


def empty() -> None:
    """Empty the tables and leave no connection open for children to inherit."""
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608
    connection.close()


def compare(outside: Path) -> dict[str, int]:
    """Return counts of what is wrong, and of activities.

    `beyond_leases`: an old value came outside from a sender that stalled past its lease and died before it could
    settle, so that nobody knows of it. No lease prevents that, only a far side that refuses old epochs; audits find it.
    """
    activities = dict(Activity.objects.values_list("id", "subject_id"))
    recorded = [payload["domain_id"] for payload in Activity.objects.values_list("payload", flat=True)]
    lost = len(set(Domain.objects.values_list("pk", flat=True)) ^ set(recorded))
    doubled = 0
    for handler in handlers.values():
        if isinstance(handler, Writes):
            effects = Counter(Effect.objects.filter(handler=handler.name).values_list("activity_id", flat=True))
            lost += len(activities.keys() - effects.keys())
            doubled += sum(count - 1 for count in effects.values()) + len(effects.keys() - activities.keys())
    wanted = Counter(activities.values())
    world, survived = _read(outside)
    lost += len(wanted.keys() - world.keys())
    wrong = [call for subject_id, call in world.items() if call["value"] != wanted[subject_id]]
    beyond_leases = sum(1 for call in wrong if call["late"] and call["call"] not in survived)
    left = Delivery.objects.count() + Record.objects.count()
    return {
        "activities": len(activities),
        "lost": lost,
        "doubled": doubled,
        "stale": len(wrong) - beyond_leases,
        "beyond_leases": beyond_leases,
        "left": left,
    }


def _read(outside: Path) -> tuple[dict[int, dict[str, Any]], set[str]]:
    """Return the last call about each record, and the calls whose sender lived to settle them."""
    lines = [json.loads(line) for line in outside.read_text(encoding="utf-8").splitlines()]
    calls = {line["subject_id"]: line for line in lines if "call" in line}
    return calls, {line["settled"] for line in lines if "settled" in line}


def take_protection_away() -> None:
    """Commit the effects first and delete the deliveries afterwards, as a queue without our transaction would."""

    def deliver(self: delivery.Deliverer, handler: Handler) -> delivery.Delivered:
        with transaction.atomic():
            rows = delivery._read(handler.name, 10)
        if not rows:
            return delivery.Delivered(0, more=False)
        try:
            with transaction.atomic():
                handler.handle([delivery._Row(row) for row in rows])
        except ArithmeticError:
            return delivery.Delivered(0, more=True)
        with transaction.atomic():
            delivery._delete([row[0] for row in rows])
        return delivery.Delivered(len(rows), more=True)

    delivery.Deliverer.deliver = deliver  # type: ignore[method-assign]
