"""`python -m bench.visitors`: what visitors' pages cost beside a bare Django page, an nginx file, and a hundredfold.

On an empty PostgreSQL database of its own with 10,000 posts (`manage.py seed_load`), then with a million. All servers
run at once, one process each, the Python of which keeps to one core as deploy/tertulia-web@.service has it, and take
turns; wrk asks without compression unless said. CPU is that of the server with all its processes and of PostgreSQL. The
names P1 to P7 are those of the targets printed beside the figures.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg

from bench import nginx, wrk
from bench.machine import FOREIGN_LIMIT, Foreign
from bench.server import ROOT, environment, free_port, running

Ask = Callable[..., wrk.Measured]
POSTS, MORE = 10_000, 990_000
BROTLI = "Accept-Encoding: br"
MEMBER = "member"
CORE = max(os.sched_getaffinity(0))


@dataclass
class World:
    """The database, and what is asked for."""

    folder: Path
    variables: dict[str, str]
    postgres: int
    """Pid of PostgreSQL, all of whose processes are below it."""
    data: dict[str, Any] = field(default_factory=dict)

    def manage(self, *command: str) -> str:
        """Run `python …` on the database."""
        variables = {"DJANGO_SETTINGS_MODULE": "community.settings.dev", "WORKER_EMBEDDED": "0", **self.variables}
        done = subprocess.run(  # noqa: S603 our own modules
            [sys.executable, *command],
            cwd=ROOT,
            env=environment(self.folder, free_port(), **variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        if done.returncode:
            raise SystemExit(done.stderr[-3000:])
        return done.stdout.strip()


class Report:
    """Prints lines and remembers whether a target was missed."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def line(self, name: str, text: str, ratio: float | None = None, *, most: float = 0, least: float = 0) -> None:
        """Print a figure, beside its target when it has one."""
        verdict = ""
        if ratio is not None and (most or least):
            good = ratio <= most if most else ratio >= least
            verdict = f"   {'<=' if most else '>='} {most or least:g}: {'ok' if good else 'MISSED'}"
            if not good:
                self.missed.append(name)
        print(f"{name:34} {text}{verdict}", flush=True)  # noqa: T201


def main() -> int:
    """Measure and print; return 1 when a target is missed, 2 when nothing can be told."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--more", type=int, default=MORE, help="posts to grow by; 0 leaves growth out")
    parser.add_argument("--even-if-noisy", action="store_true", help="judge figures beside busy neighbours too")
    options = parser.parse_args()
    server = os.environ.get("TEST_POSTGRES_URL", "")
    if not server or not nginx.found():
        print("needs PostgreSQL, nginx and wrk: run `make services`")  # noqa: T201
        return 2
    report = Report()
    with _world(server) as world:
        world.manage("manage.py", "serve", "--prepare-only")
        print(world.manage("manage.py", "seed_load", "--posts", str(options.posts)))  # noqa: T201
        world.manage("manage.py", "search_rebuild")
        world.data = json.loads(world.manage("-m", "bench.visitors_data").splitlines()[-1])
        foreign = Foreign(world.postgres)
        before = _pages(world, report, options)
        cores = [foreign.cores()]
        if options.more:
            print(world.manage("manage.py", "seed_load", "--posts", str(options.more), "--seed", "2"))  # noqa: T201
            foreign = Foreign(world.postgres)
            _growth(world, report, options, before)
            cores.append(foreign.cores())
    print(f"foreign CPU: {max(cores):.2f} cores at most")  # noqa: T201
    if max(cores) > FOREIGN_LIMIT and not options.even_if_noisy:
        print(f"too busy to judge (more than {FOREIGN_LIMIT} cores): try again, or --even-if-noisy")  # noqa: T201
        return 2
    return int(bool(report.missed))


@contextmanager
def _world(server: str) -> Iterator[World]:
    """Make an empty database and drop it in the end."""
    name = f"bench_visitors_{os.getpid()}"
    connected = psycopg.connect(server, autocommit=True)
    with tempfile.TemporaryDirectory(prefix="bench-visitors-") as folder, connected as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        postmaster = psutil.Process(admin.info.backend_pid).ppid()
        url = urlsplit(server)._replace(path=f"/{name}").geturl()
        try:
            yield World(Path(folder), {"DATABASE_URL": url}, postmaster)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _ours(stack: ExitStack, world: World, **variables: str) -> tuple[int, int]:
    """Serve the community; return port and pid. Each has a folder for its lock, as on machines of their own."""
    folder = world.folder / f"server-{len(list(world.folder.glob('server-*')))}"
    folder.mkdir()
    for name in ("secrets.env", "static", "stamps", "search"):
        (folder / name).symlink_to(world.folder / name)
    more = {"WORKER_EMBEDDED": "0", "CPU_CORE": str(CORE), **world.variables, **variables}
    port, pid, _ = stack.enter_context(running(folder, **more))
    return port, pid


@contextmanager
def _bare(world: World) -> Iterator[tuple[int, int]]:
    """Serve the bare page; yields port and pid."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(  # noqa: S603 our own page
        [*command, "--blocking-threads", "6", "--log-level", "error", "bench.bare.wsgi:application"],
        cwd=ROOT,
        env=environment(world.folder, port, CPU_CORE=str(CORE), **world.variables),
        process_group=0,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=10).close()  # noqa: S310 loopback
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


def _pages(world: World, report: Report, options: argparse.Namespace) -> dict[str, float]:
    """Measure P1 to P5; return the p50 of each page for P7."""
    with ExitStack() as stack:
        warm = _ours(stack, world, PAGE_CACHE="0", TRUSTED_PROXIES="1")
        cold = _ours(stack, world, PAGE_CACHE="0", FRAGMENTS="0")
        kept, bare = _ours(stack, world), stack.enter_context(_bare(world))
        topic, session = world.data["topic"], f"Cookie: sessionid={world.data['session']}"
        turns = {
            "bare": _asks(world, bare, topic),
            "warm": _asks(world, warm, topic),
            "cold": _asks(world, cold, topic),
            MEMBER: _asks(world, warm, topic, session),
        }
        found = _rounds(turns, rounds=options.rounds, seconds=options.seconds)
        _topic_lines(report, found)
        _front_lines(stack, world, report, options, kept)
        others = {name: _asks(world, warm, path, many_visitors=True) for name, path in world.data["pages"].items()}
        for name, page in _rounds(others, rounds=2, seconds=options.seconds / 2).items():
            ratio = page["cpu_ms"] / found["warm"]["cpu_ms"]
            report.line(f"P5 {name}", f"{page['cpu_ms']:6.2f} CPU ms, {ratio:.2f} x P1, p50 {page['p50_ms']:.1f} ms")
        return _p50(world, warm, options)


def _asks(
    world: World, server: tuple[int, int], path: str, *headers: str, c: int = 4, many_visitors: bool = False
) -> Ask:
    """Return what asks one server for one page for so many seconds."""
    port, pid = server
    return partial(
        wrk.run,
        f"http://localhost:{port}{path}",
        pids=[pid, world.postgres],
        connections=c,
        headers=headers,
        many_visitors=many_visitors,
    )


def _rounds(turns: dict[str, Ask], *, rounds: int, seconds: float) -> dict[str, dict[str, float]]:
    """Let all take turns; return the median of each figure. What does not answer is left out, and said."""
    seen: dict[str, list[wrk.Measured]] = {}
    for name, ask in turns.items():
        try:
            ask(seconds=1)  # warm up
            seen[name] = []
        except wrk.NoAnswerError as error:
            print(f"{name}: {str(error).splitlines()[0]}")  # noqa: T201
    for _ in range(rounds):
        for name, runs in seen.items():
            runs.append(turns[name](seconds=seconds))
    return {
        name: {figure: statistics.median(getattr(one, figure) for one in runs) for figure in vars(runs[0])}
        for name, runs in seen.items()
    }


def _topic_lines(report: Report, found: dict[str, dict[str, float]]) -> None:
    """Print P1 and P4."""
    bare, warm = found["bare"]["cpu_ms"], found["warm"]["cpu_ms"]

    def text(name: str) -> str:
        one = found[name]
        ratio = one["cpu_ms"] / bare
        return f"{one['cpu_ms']:6.2f} CPU ms, {ratio:.2f} x bare, {one['per_second']:.0f}/s, p50 {one['p50_ms']:.1f} ms"

    report.line("bare Django page, 20 posts", text("bare"))
    report.line("P1 topic, fragments warm", text("warm"), warm, most=5)
    report.line("P1 topic, nothing warm", text("cold"), found["cold"]["cpu_ms"], most=9)
    report.line("P4 topic, signed in", text(MEMBER), found[MEMBER]["cpu_ms"] / warm, most=1.5)


def _front_lines(
    stack: ExitStack, world: World, report: Report, options: argparse.Namespace, kept: tuple[int, int]
) -> None:
    """Print P2 and P3: the front's copy, and nginx with the file we ship, beside an nginx file of the same bytes."""
    topic = world.data["topic"]
    asked = urllib.request.Request(f"http://localhost:{kept[0]}{topic}", headers={"Accept-Encoding": "br"})  # noqa: S310
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 loopback
        (world.folder / "page").write_bytes(answer.read())
    places = {"file": free_port(), "proxy": free_port()}
    inside = nginx.files(world.folder, port=places["file"])
    file_pid = stack.enter_context(nginx.running(world.folder / "nginx-file", inside, places["file"]))
    inside = nginx.shipped(world.folder / "nginx-proxy", port=places["proxy"], upstream=kept[0])
    proxy_pid = stack.enter_context(nginx.running(world.folder / "nginx-proxy", inside, places["proxy"]))
    free = _ours(stack, world, CPU_CORE="")
    found = _rounds(
        {
            "file": _asks(world, (places["file"], file_pid), "/page", BROTLI, c=16),
            "front": _asks(world, kept, topic, BROTLI, c=16),
            "free": _asks(world, free, topic, BROTLI, c=16),
            "proxy": _asks(world, (places["proxy"], proxy_pid), topic, BROTLI, c=16),
        },
        rounds=options.rounds,
        seconds=options.seconds,
    )
    file = found["file"]["per_second"]
    size = (world.folder / "page").stat().st_size
    report.line(f"nginx file of {size:,} bytes", f"{file:,.0f}/s, p99 {found['file']['p99_ms']:.1f} ms")
    judged = {"P2 from the front, Python alone": ("front", 0.3), "P3 nginx as shipped": ("proxy", 0.75)}
    for name, (key, least) in {"the front on any core": ("free", 0.0), **judged}.items():
        one = found[key]
        ratio = one["per_second"] / file
        text = f"{one['per_second']:,.0f}/s, p99 {one['p99_ms']:.1f} ms, {one['cpu_ms']:.3f} CPU ms, {ratio:.2f} x file"
        report.line(name, text, ratio, least=least)


def _p50(world: World, server: tuple[int, int], options: argparse.Namespace) -> dict[str, float]:
    """Return the p50 of each list and topic page, one client at a time."""
    paths = {"topic": world.data["topic"], **world.data["pages"], **{f"long, {k}": v for k, v in _long(world).items()}}
    turns = {name: _asks(world, server, path, c=1, many_visitors=True) for name, path in paths.items()}
    found = _rounds(turns, rounds=options.rounds, seconds=1)
    return {name: figures["p50_ms"] for name, figures in found.items()}


def _long(world: World) -> dict[str, str]:
    found: dict[str, str] = json.loads(world.manage("-m", "bench.visitors_data").splitlines()[-1])["long"]
    return found


def _growth(world: World, report: Report, options: argparse.Namespace, before: dict[str, float]) -> None:
    """Print P7: every page with all those posts beside what it took with few, the last page beside the first."""
    with ExitStack() as stack:
        after = _p50(world, _ours(stack, world, PAGE_CACHE="0", TRUSTED_PROXIES="1"), options)
    for name, ms in after.items():
        if name in before and not name.startswith("long"):
            ratio = ms / before[name]
            report.line(f"P7 {name}", f"p50 {before[name]:5.1f} -> {ms:5.1f} ms, {ratio:.2f} x", ratio, most=1.2)
    ratio = after["long, last"] / after["long, first"]
    text = f"p50 {after['long, first']:5.1f} -> {after['long, last']:5.1f} ms, {ratio:.2f} x"
    report.line("P7 last page beside the first", text, ratio, most=1.2)


if __name__ == "__main__":
    sys.exit(main())
