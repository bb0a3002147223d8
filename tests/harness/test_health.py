"""`/ready` turns red with the database and green with it again, and says nothing else."""

from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client

from community.asgi import front
from community.core import health
from community.core.serving.types import Message

pytestmark = pytest.mark.django_db


def test_all_is_there(client: Client) -> None:
    response = client.get("/ready")

    assert response.status_code == 200
    assert response.json() == {"database": True, "tables": True, "cache": True, "disk": True}
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_a_lost_database_is_said_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise OperationalError("could not connect to db.internal as tertulia")

    with monkeypatch.context() as away:
        away.setattr(connection, "cursor", lost)
        red = client.get("/ready")
    green = client.get("/ready")

    assert red.status_code == 503
    assert red.json()["database"] is False
    assert b"internal" not in red.content
    assert green.status_code == 200


def test_missing_tables_and_a_deaf_cache_are_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "get", lambda key: None)
    deaf = client.get("/ready")
    monkeypatch.setattr(health, "_tables", lambda: False)
    empty = client.get("/ready")

    assert deaf.status_code == 200, "pages do without it"
    assert empty.status_code == 503
    assert empty.json() == {"database": True, "tables": False, "cache": False, "disk": True}


def test_a_full_disk_and_one_that_refuses_are_said(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 62)
    assert client.get("/ready").json()["disk"] is False

    monkeypatch.undo()
    settings.VAR_DIR = tmp_path / "gone"
    assert client.get("/ready").status_code == 503


def test_live_answers_without_asking_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    def asked(*_args: object) -> None:
        raise OperationalError("the database is down")

    monkeypatch.setattr(connection, "cursor", asked)
    async_to_sync(front)({"type": "http", "path": "/live", "headers": []}, None, send)

    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b"alive\n"
