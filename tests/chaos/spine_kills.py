"""`python -m tests.chaos.spine_kills`: writers, workers and senders of the spine, killed at random; what was lost?

A warm parent makes the tables, then for each schedule forks two writers, two workers and two senders, each with a
random point at which it sends itself SIGKILL: before or after a statement or a commit. When the writers have ended, the
rest are killed too, from outside. Then one quiet process works everything off and compares:

* every committed activity has its domain row and exactly one effect of each handler, and no other effect exists;
* the outside world holds, for every record, the value our database has now, and nothing of a rolled-back one. What a
  sender wrote after its lease had run out, dying before its settlement, is counted apart: `tables.compare` says why.

`--control` takes the protection away (effects and DELETE in two transactions): the count of doubled effects must then
not be zero, or the measurement measures nothing.
"""

import argparse
import json
import logging
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import django

CHAOS_MOST_S = 2.0
LEASE_S = 0.15
KILLS_MOST = 8
ACTIVITIES = 12


class Deaths:
    """When this process kills itself: at the n-th passage of one labelled point."""

    def __init__(self, dice: random.Random, labels: Sequence[str]) -> None:
        self._left = {f"{dice.choice(('before', 'after'))} {dice.choice(labels)}": dice.randint(1, 5)}

    def passed(self, label: str) -> None:
        """Die here if it is time."""
        if label in self._left:
            self._left[label] -= 1
            if self._left[label] == 0:
                os.kill(os.getpid(), signal.SIGKILL)


LABELS = {
    "writer": ("domain", "activity", "delivery", "commit"),
    "worker": ("read", "effect", "mark", "delete", "commit"),
    "sender": ("claim", "hold", "call", "settle", "commit"),
}
_STATEMENTS = (
    ("INSERT INTO activity_activity", "activity"),
    ("INSERT INTO activity_delivery", "delivery"),
    ('INSERT INTO "chaos_domain"', "domain"),
    ("SELECT d.id, d.error", "read"),
    ('INSERT INTO "chaos_effect"', "effect"),
    ('INSERT INTO "chaos_record"', "mark"),
    ("DELETE FROM activity_delivery", "delete"),
    ('UPDATE "chaos_record" SET lease_until = %s, epoch', "claim"),
    ('UPDATE "chaos_record" SET lease_until = %s WHERE', "hold"),
    ('DELETE FROM "chaos_record"', "settle"),
)


def arm(deaths: Deaths) -> None:
    """Watch every statement and commit of this process's connection."""
    from django.db import connection

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        label = next((label for start, label in _STATEMENTS if sql.lstrip().startswith(start)), "")
        deaths.passed(f"before {label}")
        result = execute(sql, params, many, context)
        deaths.passed(f"after {label}")
        return result

    commit = connection._commit

    def watched_commit() -> None:
        deaths.passed("before commit")
        commit()
        deaths.passed("after commit")

    connection.execute_wrappers.append(watch)
    connection._commit = watched_commit


def write(dice: random.Random) -> None:
    """Record activities with their domain rows; some transactions roll back."""
    from django.db import transaction

    from community.activity.log import record
    from tests.chaos.tables import Domain, Happened

    for _ in range(ACTIVITIES):
        with suppress(ZeroDivisionError), transaction.atomic():
            subject_id = dice.randint(1, 6)
            domain = Domain.objects.create(subject_id=subject_id)
            record(Happened(domain_id=domain.pk), subject_id=subject_id, actor_id=dice.randint(1, 3))
            if dice.random() < 0.2:
                raise ZeroDivisionError
        time.sleep(dice.random() * 0.01)


def work(dice: random.Random) -> None:
    """Deliver until killed."""
    from django.db.utils import OperationalError

    from community.activity.delivery import Deliverer

    deliverer = Deliverer(max_batch=dice.choice((1, 3, 10)))
    while True:
        with suppress(OperationalError):
            if not deliverer.step():
                time.sleep(0.01)


def send(dice: random.Random, outside: Path, passed: Callable[[str], None]) -> None:
    """Send until killed."""
    from django.db.utils import OperationalError

    from tests.chaos.tables import RecordSender

    sender = RecordSender(outside, dice, passed)
    while True:
        with suppress(OperationalError):
            if not sender.run_once():
                time.sleep(0.01)


def become(role: str, seed: int, outside: Path) -> int:
    """Fork a process with a role; return its id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        dice = random.Random(seed)  # noqa: S311 schedules, not secrets
        deaths = Deaths(dice, LABELS[role])
        arm(deaths)
        if role == "writer":
            write(dice)
        elif role == "worker":
            work(dice)
        else:
            send(dice, outside, deaths.passed)
        status = 0
    finally:
        os._exit(status)


def schedule(seed: int, outside: Path) -> int:
    """Run one schedule; return how many processes were killed or killed themselves."""
    dice = random.Random(seed)  # noqa: S311
    running = {become(role, dice.randrange(2**32), outside): role for role in LABELS for _ in range(2)}
    kills = 0
    deadline = time.monotonic() + CHAOS_MOST_S
    while "writer" in running.values() and time.monotonic() < deadline:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            time.sleep(0.002)
            continue
        role = running.pop(pid)
        if os.WIFSIGNALED(status):
            kills += 1
            if kills < KILLS_MOST:
                running[become(role, dice.randrange(2**32), outside)] = role
        elif os.WEXITSTATUS(status):
            raise SystemExit(f"a {role} failed in schedule {seed}")
    for pid in running:
        os.kill(pid, signal.SIGKILL)
    for pid in running:
        kills += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    return kills


def settle_and_compare(outside: Path, result: Path) -> None:
    """In a process of its own: work everything off undisturbed, then write down what is wrong."""
    pid = os.fork()
    if pid:
        status = os.waitpid(pid, 0)[1]
        if status:
            raise SystemExit("the quiet process failed")
        return
    status = 1
    try:
        from community.activity.delivery import Deliverer
        from community.activity.models import Delivery
        from tests.chaos.tables import Record, RecordSender, compare

        deliverer, sender = Deliverer(), RecordSender(outside, random.Random(0), lambda label: None)  # noqa: S311
        deadline = time.monotonic() + 30
        while Delivery.objects.exists() or Record.objects.exists():
            busy = deliverer.step() | sender.run_once()
            if time.monotonic() > deadline:
                break
            if not busy:
                time.sleep(0.01)
        result.write_text(json.dumps(compare(outside)), encoding="utf-8")
        status = 0
    finally:
        os._exit(status)


def prepare(control: bool) -> None:
    """Warm up: everything imported, tables made, times short, no connection open."""
    django.setup()
    logging.disable(logging.CRITICAL)  # the handlers fail on purpose
    from django.db import connections

    from community.activity import delivery
    from community.work import outcomes
    from tests.chaos import tables

    tables.make()
    outcomes.BACKOFF_BASE_S = 0.02  # type: ignore[assignment]
    delivery.MAX_ATTEMPTS = 10_000
    if control:
        tables.take_protection_away()
    connections.close_all()


def main() -> int:
    """Run the schedules and print the totals as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--schedules", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true")
    options = parser.parse_args()
    prepare(options.control)
    from tests.chaos import tables

    totals: dict[str, Any] = {
        "schedules": 0,
        "kills": 0,
        "activities": 0,
        "lost": 0,
        "doubled": 0,
        "stale": 0,
        "beyond_leases": 0,
        "left": 0,
    }
    with tempfile.TemporaryDirectory() as folder:
        outside, result = Path(folder, "outside"), Path(folder, "result")
        for seed in range(options.seed, options.seed + options.schedules):
            tables.empty()
            outside.write_text("", encoding="utf-8")
            totals["kills"] += schedule(seed, outside)
            settle_and_compare(outside, result)
            found = json.loads(result.read_text(encoding="utf-8"))
            totals["schedules"] += 1
            for name, count in found.items():
                totals[name] += count
            if any(found[name] for name in ("lost", "doubled", "stale", "left")) and not options.control:
                totals.setdefault("bad_seeds", []).append(seed)
    print(json.dumps(totals))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
