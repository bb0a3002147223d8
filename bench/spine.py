"""`python -m bench.spine`: activities recorded and deliveries handled a second, beside bare SQL doing the same.

Bare SQL is the database's own driver running the same INSERTs, SELECT and DELETE in transactions of the same size, with
no Django between. Runs on SQLite, and on PostgreSQL when DATABASE_URL or TEST_POSTGRES_URL names a server (a database
of its own is made there and dropped). Ours and bare take turns; compared are the best rounds of each,
the ones that other processes disturbed least.
"""

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.databases import on_each_database

RECORD_TARGET, DELIVER_TARGET = 0.5, 0.8
HANDLERS = 4
ROUNDS = 11
RECORDS = 300
BATCH, BATCHES = 500, 6


@dataclass(frozen=True)
class Figure:
    """One thing measured both ways."""

    name: str
    ours_per_s: float
    bare_per_s: float
    ratio: float
    """Of the best rounds."""
    target: float | None


def main() -> int:
    """Measure each database in a process of its own; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    if options.inside:
        print(json.dumps([vars(figure) for figure in measure()]))  # noqa: T201
        return 0
    missed = 0
    report = on_each_database("bench.spine")
    for database, figures in report.items():
        for figure in figures:
            missed += figure["target"] is not None and figure["ratio"] < figure["target"]
        if not options.json:
            _print(database, figures)
    if options.json:
        print(json.dumps(report, indent=2))  # noqa: T201
    elif "PostgreSQL" not in report:
        print("PostgreSQL: not measured, neither DATABASE_URL nor TEST_POSTGRES_URL names a server")  # noqa: T201
    return 1 if missed else 0


def _print(database: str, figures: list[dict[str, Any]]) -> None:
    for figure in figures:
        target = "" if figure["target"] is None else f"  (at least {figure['target']})"
        print(  # noqa: T201
            f"{database:<11} {figure['name']:<44} ours {figure['ours_per_s']:>9,.0f}/s"
            f"  bare SQL {figure['bare_per_s']:>9,.0f}/s  ratio {figure['ratio']:.2f}{target}"
        )


def measure() -> list[Figure]:
    """Measure on the configured database, whose tables are made first: it must be empty."""
    import django

    django.setup()
    from django.db import connection

    from bench.spine_sides import Bare, Ours, make_tables

    make_tables()
    gc.collect()
    gc.freeze()  # as the worker does
    ours, bare = Ours(HANDLERS), Bare(connection, HANDLERS)
    figures = [
        _turns(
            f"activities recorded, {HANDLERS} handlers",
            lambda: ours.record(RECORDS),
            lambda: bare.record(RECORDS),
            RECORDS,
            RECORD_TARGET,
            after=bare.empty,
        )
    ]
    for effect, target in (("no-op", None), ("ledger", DELIVER_TARGET)):
        count = BATCH * BATCHES
        figures.append(
            _turns(
                f"deliveries in batches of {BATCH}, {effect} handler",
                lambda effect=effect: ours.deliver(effect, BATCH),
                lambda effect=effect: bare.deliver(effect, BATCH),
                count,
                target,
                before=lambda count=count: bare.fill(count),
                after=bare.empty,
            )
        )
    return figures


def _turns(
    name: str,
    ours: Callable[[], None],
    bare: Callable[[], None],
    count: int,
    target: float | None,
    *,
    before: Callable[[], None] = lambda: None,
    after: Callable[[], None],
) -> Figure:
    """Run both sides in turn, the first round unmeasured, each on fresh rows."""
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for turn in range(ROUNDS + 1):
        sides: Sequence[tuple[str, Callable[[], None]]] = (("ours", ours), ("bare", bare))
        for side, run in sides if turn % 2 else reversed(sides):
            before()
            began = time.perf_counter()
            run()
            if turn:
                times[side].append(time.perf_counter() - began)
            after()
    best_ours, best_bare = min(times["ours"]), min(times["bare"])
    return Figure(name, count / best_ours, count / best_bare, round(best_bare / best_ours, 3), target)


if __name__ == "__main__":
    sys.exit(main())
