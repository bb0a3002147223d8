"""wrk as the client: how many requests a server answers in a time, how fast, and what each costs in CPU."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import tree_seconds

_MANY_VISITORS = Path(__file__).parent / "many_visitors.lua"
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class NoAnswerError(Exception):
    """A page that cannot be measured."""


@dataclass(frozen=True)
class Measured:
    """What one run saw."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    """Of all given processes together, per request."""


def run(
    url: str,
    *,
    pids: Sequence[int],
    connections: int,
    seconds: float = 3,
    headers: Sequence[str] = (),
    many_visitors: bool = False,
) -> Measured:
    """Ask for `url` over and over, with `many_visitors` each time from another address behind a proxy.

    Raises: NoAnswerError for answers other than 200, and for none.
    """
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency", "--timeout", "20s"]
    for header in headers:
        command += ["-H", header]
    if many_visitors:
        command += ["-s", str(_MANY_VISITORS)]
    spent = sum(map(tree_seconds, pids))
    done = subprocess.run([*command, url], capture_output=True, text=True, check=True, timeout=120)  # noqa: S603
    spent = sum(map(tree_seconds, pids)) - spent
    text = done.stdout
    count = int(_found(r"(\d+) requests in", text))
    if not count or "Non-2xx" in text or "Socket errors" in text:
        raise NoAnswerError(f"{url} does not answer well:\n{text}")
    return Measured(
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", text)),
        p50_ms=_ms(r"50%\s+([\d.]+)(us|ms|s)", text),
        p99_ms=_ms(r"99%\s+([\d.]+)(us|ms|s)", text),
        cpu_ms=spent * 1000 / count,
    )


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if not found:
        raise SystemExit(f"wrk says something else:\n{text}")
    return found[1]


def _ms(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found[1]) * _UNITS[found[2]] if found else float("nan")
