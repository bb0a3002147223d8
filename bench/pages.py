"""`python -m bench.pages`: how fast pages are, and how much slower while the embedded worker drains its queue.

Runs `manage.py serve` on a copy of the data in VAR_DIR (the demo when there is none). First each page alone, read by
four clients. Then three readers and a writer of replies, on the same build and data, with the worker stopped and while
it drains 50,000 deliveries and has nothing else to do, in turns; the targets are ratios of the two. The front keeps no
copies meanwhile.
"""

import argparse
import asyncio
import itertools
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.client import Figures, Request, load
from bench.machine import FOREIGN_LIMIT, Foreign, tree_seconds
from bench.server import ROOT, copy_data, copy_database, environment, prepare, running, until_idle

CLIENTS = 4
REQUESTS = 300
STOPPED_S, LONGEST_S = 8.0, 60.0
FEW = 500
"""Waiting deliveries below which the worker counts as idle."""
READ_TARGET, WRITE_TARGET = 1.5, 2.0
TOKEN = "benchbenchbenchbenchbenchbench00"  # noqa: S105 a form token of our own making


def main() -> int:
    """Measure and print; return 1 when a target is missed, 2 when the machine is too busy to tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="copy this VAR_DIR (default: var)")
    parser.add_argument("--deliveries", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--even-if-noisy", action="store_true", help="print figures beside busy neighbours too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as name:
        folder = Path(name)
        copy_data(options.data, folder)
        prepare(folder)
        with running(folder) as (_, pid, _):
            until_idle(pid)
        data = bench_data(folder, "--members", "200", "--deliveries", str(options.deliveries))
        copy_database(folder / "tertulia.sqlite3", folder / "full.sqlite3")
        foreign = [_each_page(folder, data)]
        turns: dict[str, list[tuple[Figures, Figures]]] = {"stopped": [], "drains": []}
        for _ in range(options.rounds):
            for worker in turns:
                copy_database(folder / "full.sqlite3", folder / "tertulia.sqlite3")
                read, write, cores = _mixed(folder, data, worker)
                turns[worker].append((read, write))
                foreign.append(cores)
    return _verdict(turns, max(foreign), options.even_if_noisy)


def bench_data(folder: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 our own module
        [sys.executable, "-m", "bench.pages_data", *arguments],
        cwd=ROOT,
        env={**environment(folder, 8000), "DJANGO_SETTINGS_MODULE": "community.settings.dev", "WORKER_EMBEDDED": "0"},
        check=True,
        capture_output=True,
        text=True,
        timeout=900,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _each_page(folder: Path, data: dict[str, Any]) -> float:
    """Print a line for each page as a visitor and as a member; return the cores others used."""
    print("page               p50 ms  p95 ms  CPU ms  queries  bytes (br)")  # noqa: T201
    with running(folder, WORKER_EMBEDDED="0", PAGE_CACHE="0") as (port, pid, _):
        foreign = Foreign()
        for name, path in data["paths"].items():
            for who, cookie in (("visitor", ""), ("member", f"sessionid={data['sessions'][0]}")):
                asyncio.run(read_page(port, path, cookie, 20))
                spent = tree_seconds(pid)
                figures = asyncio.run(read_page(port, path, cookie, REQUESTS))
                cpu_ms = (tree_seconds(pid) - spent) * 1000 / REQUESTS
                queries = data["queries"][name] if who == "visitor" else "-"
                _expect(figures, {200})
                print(  # noqa: T201
                    f"{name + ', ' + who:17} {figures.percentile(0.5):7.1f} {figures.percentile(0.95):7.1f}"
                    f" {cpu_ms:7.1f} {queries:>8} {figures.body_bytes:11,}"
                )
        return foreign.cores()


async def read_page(port: int, path: str, cookie: str, count: int) -> Figures:
    figures = Figures()
    requests = iter([Request(path, cookie)] * count)
    await asyncio.gather(*(load(port, requests, figures, lambda: True) for _ in range(CLIENTS)))
    return figures


def _mixed(folder: Path, data: dict[str, Any], worker: str) -> tuple[Figures, Figures, float]:
    """Read and write while the worker `drains` or is `stopped`; returns what readers and writer saw, foreign cores."""
    with running(folder, WORKER_EMBEDDED="1" if worker == "drains" else "0", PAGE_CACHE="0") as (port, _, _first):
        foreign = Foreign()
        if worker == "drains":
            read, write = asyncio.run(mix(port, data, lambda began: _drains(folder, began)))
        else:
            read, write = asyncio.run(mix(port, data, lambda began: time.monotonic() - began < STOPPED_S))
        cores = foreign.cores()
    left = bench_data(folder, "--waiting")["waiting"] if worker == "drains" else data["deliveries"]
    print(  # noqa: T201
        f"worker {worker:8} read p50 {read.percentile(0.5):6.1f} p95 {read.percentile(0.95):6.1f} ms ({len(read.ms)}),"
        f" write p50 {write.percentile(0.5):6.1f} p95 {write.percentile(0.95):6.1f} ms ({len(write.ms)}),"
        f" {data['deliveries'] - left:,} deliveries drained meanwhile"
    )
    _expect(read, {200})
    _expect(write, {302})
    return read, write, cores


def _drains(folder: Path, began: float) -> bool:
    """Say whether many deliveries still wait: pages answered after that say nothing about a busy worker."""
    if time.monotonic() - began > LONGEST_S:
        return False
    with closing(sqlite3.connect(f"file:{folder / 'tertulia.sqlite3'}?mode=ro", uri=True)) as database:
        [waiting] = database.execute("SELECT count(*) FROM activity_delivery WHERE state = 'waiting'").fetchone()
    return bool(waiting > FEW)


async def mix(port: int, data: dict[str, Any], lasts: Callable[[float], bool]) -> tuple[Figures, Figures]:
    """Read with three clients and write with one while `lasts(began)`, asked twice a second."""
    read, write, over = Figures(), Figures(), asyncio.Event()
    chooser = random.Random(7)  # noqa: S311 the same pages in each run
    pages = itertools.cycle(chooser.sample(data["topics"], len(data["topics"])))
    reads = (Request(path) for path in pages)

    async def watch() -> None:
        began = time.monotonic()
        while await asyncio.to_thread(lasts, began):
            await asyncio.sleep(0.5)
        over.set()

    readers = [load(port, reads, read, lambda: not over.is_set()) for _ in range(CLIENTS - 1)]
    await asyncio.gather(watch(), *readers, load(port, replies(data), write, lambda: not over.is_set()))
    return read, write


def replies(data: dict[str, Any]) -> Any:
    for number in itertools.count():
        session = data["sessions"][number % len(data["sessions"])]
        form = {"csrfmiddlewaretoken": TOKEN, "body": f"It happened to us too, on the {number + 1}th day of trying."}
        path = data["reply"][number % len(data["reply"])]
        yield Request(path, f"sessionid={session}; csrftoken={TOKEN}", urlencode(form))


def _expect(figures: Figures, wanted: set[int]) -> None:
    if set(figures.statuses) - wanted:
        raise SystemExit(f"unexpected answers: {figures.statuses}")


def _verdict(turns: dict[str, list[tuple[Figures, Figures]]], foreign: float, even_if_noisy: bool) -> int:
    """Print the two ratios against their targets."""
    print(f"foreign CPU: {foreign:.2f} cores at most")  # noqa: T201
    if foreign > FOREIGN_LIMIT and not even_if_noisy:
        print(f"too busy to judge (more than {FOREIGN_LIMIT} cores): try again, or --even-if-noisy")  # noqa: T201
        return 2
    missed = False
    for place, name, target in ((0, "reads", READ_TARGET), (1, "writes", WRITE_TARGET)):
        with_worker, without = (
            statistics.median(turn[place].percentile(0.95) for turn in turns[worker])
            for worker in ("drains", "stopped")
        )
        ratio = with_worker / without
        missed |= ratio > target
        print(  # noqa: T201
            f"{name}: p95 {with_worker:.1f} ms while draining, {without:.1f} ms with the worker stopped:"
            f" {ratio:.2f} x (target {target} x) {'ok' if ratio <= target else 'MISSED'}"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
