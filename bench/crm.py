"""`python -m bench.crm`: records a second and CPU of the sync's engine into the built-in CRM, beside a bare loop.

The bare loop makes the same calls of the same connector with the same values, in the same batches, and keeps nothing:
no links, no hashes, no history, no leases, no budgets. The difference is what it costs to lose and to double nothing.
Both take turns on the same people in one process; compared are the best rounds, which others disturbed least. SQLite,
and PostgreSQL when DATABASE_URL or TEST_POSTGRES_URL names a server (a database of its own is made there and dropped).
"""

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.databases import on_each_database
from bench.machine import FOREIGN_LIMIT, Foreign

RECORDS, ROUNDS = 1000, 5


@dataclass(frozen=True)
class Figure:
    """One thing measured both ways."""

    name: str
    ours_per_s: float
    bare_per_s: float | None
    """None: the bare loop has nothing to do."""
    ratio: float | None
    cpu_ms_per_1000: float
    """CPU of our side, milliseconds for 1,000 records."""
    calls_per_1000: float


def main() -> int:
    """Measure each database in a process of its own; return 1 when other processes were too busy to judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    if options.inside:
        print(json.dumps([vars(figure) for figure in measure()]))  # noqa: T201
        return 0
    foreign = Foreign()
    report = on_each_database("bench.crm")
    busy = foreign.cores()
    if options.json:
        print(json.dumps({**report, "foreign_cores": busy}, indent=2))  # noqa: T201
    else:
        for database, figures in report.items():
            for figure in figures:
                print(_line(database, figure))  # noqa: T201
        print(f"others used {busy:.2f} cores meanwhile")  # noqa: T201
    return int(busy > FOREIGN_LIMIT)


def _line(database: str, figure: dict[str, Any]) -> str:
    beside = "bare loop: nothing to do"
    if figure["bare_per_s"]:
        beside = f"bare loop {figure['bare_per_s']:>7,.0f}/s  ratio {figure['ratio']:.2f}"
    return (
        f"{database:<11} {figure['name']:<22} ours {figure['ours_per_s']:>7,.0f}/s  {beside}  "
        f"CPU {figure['cpu_ms_per_1000']:,.0f} ms and {figure['calls_per_1000']:.0f} calls per 1,000"
    )


def measure() -> list[Figure]:
    """Measure on the configured database, which is migrated first: it must be empty."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench.crm_sides import Bare, Ours, people_make

    call_command("migrate", verbosity=0)
    people = people_make(RECORDS)
    ours, bare = Ours(people), Bare(people)
    gc.collect()
    gc.freeze()  # as the worker does
    return [
        _turns("people created", ours.create, bare.create, before=(ours.forget, bare.forget), calls=ours.calls),
        _turns("people changed", ours.change, bare.change, before=(ours.rename, bare.rename), calls=ours.calls),
        _turns("people not changed", ours.change, None, before=(ours.mark, None), calls=ours.calls),
    ]


def _turns(
    name: str,
    ours: Callable[[], None],
    bare: Callable[[], None] | None,
    *,
    before: tuple[Callable[[], None], Callable[[], None] | None],
    calls: Callable[[], int],
) -> Figure:
    """Run both sides in turn, the first round unmeasured; `before` prepares each side unmeasured."""
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    cpu: list[float] = []
    made = 0
    for turn in range(ROUNDS + 1):
        sides = [("ours", ours, before[0]), ("bare", bare, before[1])]
        for side, run, prepare in sides if turn % 2 else reversed(sides):
            if run is None:
                continue
            if prepare is not None:
                prepare()
            called, began, used = calls(), time.perf_counter(), time.process_time()
            run()
            if side == "ours":
                made = calls() - called
            if turn:
                times[side].append(time.perf_counter() - began)
                cpu += [time.process_time() - used] if side == "ours" else []
    best, beside = min(times["ours"]), min(times["bare"], default=None)
    return Figure(
        name=name,
        ours_per_s=RECORDS / best,
        bare_per_s=RECORDS / beside if beside else None,
        ratio=round(beside / best, 3) if beside else None,
        cpu_ms_per_1000=min(cpu) * 1e6 / RECORDS,
        calls_per_1000=made * 1000 / RECORDS,
    )


if __name__ == "__main__":
    sys.exit(main())
