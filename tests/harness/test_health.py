"""`/ready` turns red with the database and green with it again, and says nothing else."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client

from community.core import health

pytestmark = pytest.mark.django_db


def test_all_is_there(client: Client) -> None:
    response = client.get("/ready")

    assert response.status_code == 200
    assert response.json() == {"database": True, "tables": True, "cache": True}
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
    monkeypatch.setattr(health, "_tables", lambda: False)
    monkeypatch.setattr(cache, "get", lambda key: None)

    response = client.get("/ready")

    assert response.status_code == 503
    assert response.json() == {"database": True, "tables": False, "cache": False}
