"""`python -m bench.sockets`: how long after a reply the open pages of its topic hear of it.

Runs `manage.py serve` on a copy of the data in VAR_DIR, a thousand sockets from a process of their own, and a member
who replies once a second, by the form, once the worker has done what the copy left it (a search index of its own). The
time counts from the moment the reply was recorded, shortly before its commit, to the arrival of the frame at each
socket. Meanwhile pages are read, to see that sockets hold nobody up.
"""

import argparse
import asyncio
import itertools
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.client import Figures, load
from bench.machine import FOREIGN_LIMIT, Foreign, tree_resident_mb, tree_seconds
from bench.pages import bench_data, read_page, replies
from bench.server import ROOT, copy_data, prepare, running, until_idle

P99_TARGET_MS = 250
WITHIN_S = 5.0
"""A frame that comes later than so long after its reply belongs to none."""


def main() -> int:
    """Measure and print; return 1 when a target is missed, 2 when the machine is too busy to tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="copy this VAR_DIR (default: var)")
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--replies", type=int, default=30)
    parser.add_argument("--even-if-noisy", action="store_true", help="print figures beside busy neighbours too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-sockets-") as name:
        folder = Path(name)
        copy_data(options.data, folder)
        prepare(folder)
        data = bench_data(folder, "--members", "20")
        data["reply"] = data["reply"][:1]
        with running(folder, TRUSTED_PROXIES="1") as (port, pid, _):
            until_idle(pid)
            heard, foreign = _measure(port, pid, data, options.sockets, options.replies)
        waits_ms, missed = _waits_ms(heard["arrivals"], _recorded(folder, options.replies))
    return _verdict(waits_ms, missed, heard["lost"], foreign, options.even_if_noisy)


def _measure(port: int, pid: int, data: dict[str, Any], sockets: int, count: int) -> tuple[dict[str, Any], float]:
    """Open the sockets, reply `count` times, read pages; return what the client heard, and the cores others used."""
    topic_id = data["reply"][0].split("/")[2]
    asyncio.run(read_page(port, data["topics"][0], "", 20))
    before_mb = sum(tree_resident_mb(pid).values())
    began = time.monotonic()
    client = _client(port, sockets, topic_id)
    try:
        _, opened = client.stdout.readline().split()  # type: ignore[union-attr]
        if int(opened) != sockets:
            raise SystemExit(f"only {opened} of {sockets} sockets were opened")
        took_s = time.monotonic() - began
        each_kb = (sum(tree_resident_mb(pid).values()) - before_mb) * 1000 / sockets
        print(f"{sockets} sockets opened in {took_s:.1f} s, {each_kb:.0f} kB resident each")  # noqa: T201
        time.sleep(3)
        foreign, spent = Foreign(), (tree_seconds(pid), tree_seconds(client.pid))
        write, read = asyncio.run(_reply_and_read(port, data, count))
        time.sleep(2)
        cores = foreign.cores()
        used_us = [1e6 * (tree_seconds(each) - old) for each, old in zip((pid, client.pid), spent, strict=True)]
        heard: dict[str, Any] = json.loads(client.communicate("", timeout=60)[0].splitlines()[-1])
    finally:
        client.kill()
    print(  # noqa: T201
        f"meanwhile: reply p50 {write.percentile(0.5):.0f} p95 {write.percentile(0.95):.0f} ms,"
        f" page p50 {read.percentile(0.5):.0f} p95 {read.percentile(0.95):.0f} ms, one reader"
    )
    print(  # noqa: T201
        "CPU for each frame, replies and pages included: server {:.0f} us, this client {:.0f} us".format(
            *(each / (count * sockets) for each in used_us)
        )
    )
    if set(write.statuses) != {302} or set(read.statuses) != {200}:
        raise SystemExit(f"unexpected answers: {write.statuses}, {read.statuses}")
    return heard, cores


def _client(port: int, sockets: int, topic_id: str) -> "subprocess.Popen[str]":
    """Start a process that opens the sockets."""
    command = [sys.executable, "-m", "bench.sockets_client", "--port", str(port), "--count", str(sockets)]
    return subprocess.Popen(  # noqa: S603 our own module
        [*command, "--path", f"/ws/?on=forums.topic:{topic_id}&since={time.time():.0f}"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


async def _reply_and_read(port: int, data: dict[str, Any], count: int) -> tuple[Figures, Figures]:
    """Reply once a second, and read a page twice a second."""
    write, read = Figures(), Figures()
    for request in itertools.islice(replies(data), count):
        next_at = time.monotonic() + 1
        await load(port, iter([request]), write, lambda: True)
        await asyncio.sleep(0.4)
        read_one = await read_page(port, data["topics"][0], "", 1)
        read.ms += read_one.ms
        read.statuses.update(read_one.statuses)
        await asyncio.sleep(max(0.0, next_at - time.monotonic()))
    return write, read


def _recorded(folder: Path, count: int) -> list[float]:
    """Return when the last `count` replies were recorded, in seconds of the epoch."""
    with closing(sqlite3.connect(folder / "tertulia.sqlite3")) as database:
        rows = database.execute(
            "SELECT recorded_at FROM activity_activity WHERE type = 'forums.post_published' ORDER BY id DESC LIMIT ?",
            [count],
        ).fetchall()
    return sorted(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() for (text,) in rows)


def _waits_ms(arrivals: list[list[float]], recorded: list[float]) -> tuple[list[float], int]:
    """Return how long each socket waited for each reply, in ms, and how many heard nothing of one before the next."""
    waits_ms, missed = [], 0
    for times in arrivals:
        for at, until in zip(recorded, [*recorded[1:], recorded[-1] + WITHIN_S], strict=True):
            first = next((arrival for arrival in times if at <= arrival < until), None)
            missed += first is None
            if first is not None:
                waits_ms.append((first - at) * 1000)
    return waits_ms, missed


def _verdict(waits_ms: list[float], missed: int, lost: int, foreign: float, even_if_noisy: bool) -> int:
    figures = Figures(ms=waits_ms)
    p50, p95, p99 = (figures.percentile(share) for share in (0.5, 0.95, 0.99))
    print(  # noqa: T201
        f"{len(waits_ms):,} frames: p50 {p50:.0f} p95 {p95:.0f} p99 {p99:.0f} worst {max(waits_ms, default=0):.0f} ms"
        f" after the reply (target p99 {P99_TARGET_MS} ms); {missed} not heard, {lost} sockets lost"
    )
    print(f"others used {foreign:.2f} cores")  # noqa: T201
    if foreign > FOREIGN_LIMIT and not even_if_noisy:
        print(f"not judged: others used more than {FOREIGN_LIMIT} cores")  # noqa: T201
        return 2
    return int(p99 > P99_TARGET_MS or missed > 0 or lost > 0)


if __name__ == "__main__":
    sys.exit(main())
