"""One migrated template database for each state of the migrations, copied for each test process.

Migrating takes some ten seconds, copying some milliseconds. SQLite copies a file, PostgreSQL has CREATE DATABASE with
TEMPLATE. Both copies hold what `migrate` leaves (content types, permissions, Wagtail's first page), so a test that
commits cannot be followed by a flush: it is followed by a fresh copy.
"""

import fcntl
import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("community", "forums", "ideas", "crm_sync", "search")


def vendor() -> str:
    """Return `sqlite` or `postgresql`: what this run of the suite uses."""
    return connection.vendor


def state_of_migrations() -> str:
    """Return a hash of all that decides what a migrated database holds."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    digest.update(repr(settings.INSTALLED_APPS).encode())
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_bytes()
            if path.parent.name == "migrations" or path.name == "models.py" or b"post_migrate" in source:
                digest.update(str(path.relative_to(ROOT)).encode() + source)
    return digest.hexdigest()[:12]


def migrated_file() -> Path | None:
    """Return SQLite's template when a run made it: a server of a test starts sooner with a copy."""
    template = Path(settings.VAR_DIR) / "test" / f"template-{state_of_migrations()}.sqlite3"
    return template if template.exists() else None


def open_copy(worker_id: str) -> "Store":
    """Make the template if need be, copy it, and point the default connection at the copy."""
    folder = Path(settings.VAR_DIR) / "test"
    folder.mkdir(parents=True, exist_ok=True)
    state = state_of_migrations()
    run = f"{os.getpid()}_{worker_id}"
    store: Store = _Postgres(state, run) if vendor() == "postgresql" else _Sqlite(state, run, folder)
    with (folder / f"{vendor()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        store.make_template()
    store.copy()
    TransactionTestCase._fixture_teardown = lambda self: store.copy()  # type: ignore[method-assign]
    return store


def close_copy(store: "Store") -> None:
    """Remove the copy."""
    store.drop()


class Store:
    """What a database must be able to do: make the template once, copy it over the test database, drop the copy."""

    def make_template(self) -> None:
        """Migrate the template unless it is there."""
        raise NotImplementedError

    def copy(self) -> None:
        """Replace the test database by a fresh copy of the template."""
        raise NotImplementedError

    def drop(self) -> None:
        """Remove the test database."""
        raise NotImplementedError


def _use(name: str) -> None:
    """Point the default connection of this and later threads at the database `name`."""
    connections.close_all()
    connection.settings_dict["NAME"] = name


class _Sqlite(Store):
    def __init__(self, state: str, run: str, folder: Path) -> None:
        self.folder = folder
        self.template = folder / f"template-{state}.sqlite3"
        self.name = folder / f"copy-{run}.sqlite3"

    def make_template(self) -> None:
        if self.template.exists():
            return
        for old in self.folder.glob("template-*"):
            old.unlink()
        unfinished = self.template.with_suffix(".unfinished")
        _remove(unfinished)
        _use(str(unfinished))
        call_command("migrate", verbosity=0, interactive=False)
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connections.close_all()
        unfinished.rename(self.template)
        _remove(unfinished)

    def copy(self) -> None:
        connections.close_all()
        _remove(self.name)
        shutil.copyfile(self.template, self.name)
        _use(str(self.name))

    def drop(self) -> None:
        connections.close_all()
        _remove(self.name)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


class _Postgres(Store):
    def __init__(self, state: str, run: str) -> None:
        self.template = f"tertulia_template_{state}"
        self.name = f"tertulia_test_{run}"

    def make_template(self) -> None:
        if self._rows("SELECT 1 FROM pg_database WHERE datname = %s", [self.template]):
            return
        for (old,) in self._rows("SELECT datname FROM pg_database WHERE datname LIKE 'tertulia_template_%%'", []):
            self._run(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        unfinished = self.template.replace("template", "unfinished")
        self._run(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)', f'CREATE DATABASE "{unfinished}"')
        _use(unfinished)
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        self._run(f'ALTER DATABASE "{unfinished}" RENAME TO "{self.template}"')

    def copy(self) -> None:
        connections.close_all()
        self.drop()
        self._run(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        _use(self.name)

    def drop(self) -> None:
        connections.close_all()
        self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _run(self, *statements: str) -> None:
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            for statement in statements:
                cursor.execute(statement)

    def _rows(self, query: str, values: list[Any]) -> list[tuple[Any, ...]]:
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(query, values)
            return list(cursor.fetchall())
