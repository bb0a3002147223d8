"""A measurement on each database: in a process of its own, on an empty database made for it."""

import json
import os
import subprocess
import sys
import tempfile
from typing import Any
from urllib.parse import urlsplit

Figures = list[dict[str, Any]]


def on_each_database(module: str) -> dict[str, Figures]:
    """Return what `python -m <module> --inside` prints as JSON, by database.

    SQLite always, PostgreSQL when TEST_POSTGRES_URL or DATABASE_URL names a server. Raises: SystemExit when it failed.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report = {"SQLite": _in_process(module, folder, "")}
        server = os.environ.get("TEST_POSTGRES_URL") or os.environ.get("DATABASE_URL", "")
        if server.startswith("postgres"):
            report["PostgreSQL"] = _on_postgresql(module, folder, server)
    return report


def _in_process(module: str, folder: str, url: str) -> Figures:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "community.settings.test",
        "VAR_DIR": folder,
        "DATABASE_URL": url,
        "REDIS_URL": "",
    }
    command = [sys.executable, "-m", module, "--inside"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def _on_postgresql(module: str, folder: str, server: str) -> Figures:
    import psycopg

    name = f"{module.replace('.', '_')}_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            return _in_process(module, folder, urlsplit(server)._replace(path=f"/{name}").geturl())
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
