"""The test databases themselves: complete, isolated, restored after a test that commits."""

import socket

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from wagtail.models import Page, Site

pytestmark = pytest.mark.django_db


def what_migrate_leaves() -> tuple[int, int, int]:
    return ContentType.objects.count(), Page.objects.count(), Site.objects.count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_that_commits_leaves_nothing_to_the_next(turn: int) -> None:
    assert not ContentType.objects.filter(app_label="made_by_this_test").exists()
    assert all(what_migrate_leaves())

    ContentType.objects.create(app_label="made_by_this_test", model=f"turn{turn}")
    Page.objects.all().delete()

    assert not Page.objects.exists()


def test_a_database_holds_what_migrate_leaves() -> None:
    contents, pages, sites = what_migrate_leaves()

    assert contents > 10
    assert pages >= 1
    assert sites == 1


def test_tests_never_touch_the_database_of_make_run() -> None:
    assert "test" in str(connection.settings_dict["NAME"])


def test_the_network_is_closed() -> None:
    with pytest.raises(RuntimeError, match="socket"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.loopback
def test_a_marked_test_reaches_the_loopback_and_nothing_else() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    socket.create_connection(listener.getsockname(), timeout=1).close()
    listener.close()

    with pytest.raises(RuntimeError, match="192.0.2.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_the_clock_can_be_frozen(frozen_clock) -> None:
    before = timezone.now()
    frozen_clock.shift(60)

    assert (timezone.now() - before).total_seconds() == 60
