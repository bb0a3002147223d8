"""A kept connection to PostgreSQL is found alive without a query, and dead when the server has ended it."""

import pytest
from django.db import connection
from django.db.backends.postgresql import base

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no connection that could end"),
    pytest.mark.django_db(transaction=True),
]


def test_one_that_works_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()

    def asked(self: object) -> bool:
        raise AssertionError("asked")

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", asked)

    assert connection.is_usable()


def test_one_that_the_server_ended_is_replaced_before_it_is_used() -> None:
    connection.ensure_connection()
    ended = connection.connection
    with connection.copy()._nodb_cursor() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [ended.info.backend_pid])
    connection.health_check_enabled, connection.health_check_done = True, False

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    assert connection.connection is not ended
    assert connection.is_usable()
