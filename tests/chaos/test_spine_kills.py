"""200 random kill schedules a database: nothing lost, nothing doubled, nothing stale outside."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

SCHEDULES = int(os.environ.get("CHAOS_SCHEDULES", "200"))
CONTROL_SCHEDULES = 15
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres_server)]

pytestmark = pytest.mark.chaos


@pytest.fixture(params=DATABASES)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of its own."""
    if request.param == "sqlite":
        yield ""
        return
    server, name = os.environ["TEST_POSTGRES_URL"], f"spine_kills_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(address: str, folder: Path, *arguments: str) -> dict[str, Any]:
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "VAR_DIR": str(folder),
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "community.settings.test",
    }
    command = [sys.executable, "-m", "tests.chaos.spine_kills", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    totals: dict[str, Any] = json.loads(done.stdout)
    return totals


def test_kills_lose_and_double_nothing(address: str, tmp_path: Path) -> None:
    totals = _run(address, tmp_path, "--schedules", str(SCHEDULES))

    assert totals["schedules"] == SCHEDULES
    assert totals["kills"] > 5 * SCHEDULES
    assert totals["activities"] > SCHEDULES
    assert {name: totals[name] for name in ("lost", "doubled", "stale", "left")} == {
        "lost": 0,
        "doubled": 0,
        "stale": 0,
        "left": 0,
    }, totals
    assert totals["beyond_leases"] <= SCHEDULES // 50, totals


def test_without_the_protection_the_same_kills_double_effects(address: str, tmp_path: Path) -> None:
    totals = _run(address, tmp_path, "--schedules", str(CONTROL_SCHEDULES), "--control")

    assert totals["doubled"] > 0
