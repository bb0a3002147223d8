"""What every test gets: its own migrated database, a frozen clock when asked, no network, services found or said."""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import caches
from django.utils import translation

from community.core import redis_away
from community.core.catalogues import compile_catalogues
from tests import databases, services
from tests.servers.chromium import browser  # noqa: F401 one fixture for all, as below
from tests.servers.tryton import tryton  # noqa: F401 one fixture for all, so that a process starts one server

LOOPBACK = ["127.0.0.1", "::1", "localhost"]
SERVED = {"loopback", "redis", "nginx", "tryton", "opensearch2", "opensearch3", "browser", "chaos"}
"""Marks of tests that reach a server on the loopback."""


def pytest_configure(config: pytest.Config) -> None:
    """Let the addresses of `make services` reach the tests, and compile the translations once for all processes."""
    services.load_addresses()
    if not hasattr(config, "workerinput"):
        compile_catalogues([config.rootpath / "locale"])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Open the loopback to the tests that ask for it, and leave out what says nothing about this database."""
    belongs = {item: _about_this_database(item) for item in items}
    config.hook.pytest_deselected(items=[item for item in items if not belongs[item]])
    items[:] = [item for item in items if belongs[item]]
    for item in items:
        if services.cache_is_shared() or any(mark.name in SERVED for mark in item.iter_markers()):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


def pytest_collection_finish() -> None:
    """Keep what is imported out of every garbage collection, and collect seldom: of page tests it took a fifth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _about_this_database(item: pytest.Item) -> bool:
    """Tell whether a test belongs into this run; on PostgreSQL only those that meet it, Redis or another server."""
    marks = {mark.name for mark in item.iter_markers()}
    if databases.vendor() != "postgresql":
        return "postgres" not in marks
    met = marks & (SERVED | {"cache", "django_db"}) or {"db", "transactional_db"} & set(
        getattr(item, "fixturenames", ())
    )
    return bool(met) and "sqlite" not in marks


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test whose service is missing says so and is skipped; where nothing may be skipped (CI=true) it fails."""
    for mark in item.iter_markers():
        missing = services.missing(mark.name)
        if missing and services.must_be_there():
            pytest.fail(missing, pytrace=False)
        elif missing:
            pytest.skip(missing)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """Give this process a copy of the migrated template; tests that commit get a fresh copy afterwards."""
    with django_db_blocker.unblock():
        store = databases.open_copy(worker_id)
    yield
    with django_db_blocker.unblock():
        databases.close_copy(store)


@pytest.fixture(autouse=True)
def _clean_slate() -> None:
    """Rate limits, cached fragments, the language and a Redis away of one test are none of the next one's business."""
    redis_away._away_until = 0.0
    for cache in caches.all(initialized_only=True):
        cache.clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def nothing_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search tells of nothing alike: what its index holds of other tests is none of this one's business."""
    monkeypatch.setattr("community.core.likeness._finders", [])


@pytest.fixture
def frozen_clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at Monday 2 March 2026, 10:00 UTC; `frozen_clock.shift(seconds)` moves it."""
    with time_machine.travel(datetime(2026, 3, 2, 10, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller
