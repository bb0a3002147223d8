"""The staff page: lag in words, given-up work by cause, replay and discard."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.activity.delivery import drain_activity
from community.activity.models import Delivery
from community.work import queue
from community.work.models import WorkItem
from community.work.outcomes import Dead
from community.work.senders import Sender, senders
from tests.factories.members import MemberFactory
from tests.spine.conftest import Ledger
from tests.spine.tables import Effect, Parcel, happen


@pytest.fixture
def administrator(client: Client, tables: None) -> Client:
    client.force_login(MemberFactory(roles=["administrator"]))
    return client


def _give_up(ledger: Ledger, *subject_ids: int) -> None:
    ledger.poison = set(subject_ids)
    happen(*subject_ids)
    drain_activity(raise_errors=False)
    Delivery.objects.update(state=Delivery.State.DEAD, not_before=None)


@pytest.mark.parametrize(
    ("roles", "status"),
    [([], 403), (["support_agent"], 403), (["product_manager"], 403), (["moderator"], 200), (["administrator"], 200)],
)
def test_only_administrators_and_moderators_see_it(client: Client, ledger: Ledger, roles: list, status: int) -> None:
    client.force_login(MemberFactory(roles=roles))

    assert client.get(reverse("activity:overview")).status_code == status
    assert client.post(reverse("activity:dead_settle"), {}).status_code == (404 if status == 200 else 403)


def test_it_says_in_words_that_all_is_well(administrator: Client, ledger: Ledger) -> None:
    html = administrator.get(reverse("activity:overview")).content.decode()

    assert "Every queue is up to date." in html
    assert "Nothing was given up." in html


def test_a_handler_that_is_behind_says_for_how_long(administrator: Client, ledger: Ledger, frozen_clock) -> None:
    happen(1)
    frozen_clock.shift(600)
    administrator.force_login(MemberFactory(roles=["administrator"]))

    html = administrator.get(reverse("activity:overview")).content.decode()

    assert "1 queue is behind." in html
    assert "The oldest waits 10 min" in html


def test_a_cause_that_is_cured_empties_its_group(administrator: Client, ledger: Ledger) -> None:
    _give_up(ledger, 1, 2)
    html = administrator.get(reverse("activity:overview")).content.decode()
    assert "2 pieces of work were given up" in html
    error = Delivery.objects.first().error
    ledger.poison = set()

    data = {"queue": "handler", "name": ledger.name, "error": error, "verb": "replay"}
    answer = administrator.post(reverse("activity:dead_settle"), data, follow=True)
    drain_activity()

    assert "2 are tried again." in answer.content.decode()
    assert not Delivery.objects.exists()
    assert Effect.objects.count() == 2


def test_discarding_leaves_the_log_alone(administrator: Client, ledger: Ledger) -> None:
    _give_up(ledger, 1)
    error = Delivery.objects.first().error

    data = {"queue": "handler", "name": ledger.name, "error": error, "verb": "discard"}
    administrator.post(reverse("activity:dead_settle"), data)

    assert not Delivery.objects.exists()


def test_given_up_work_of_a_sender_is_shown_and_replayed(
    administrator: Client, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Post(Sender[Parcel]):
        name = "spine.post"
        model = Parcel

    monkeypatch.setitem(senders, "spine.post", Post())
    Parcel.objects.create(address="a", created_at=timezone.now())
    (row,) = queue.claim(Parcel.objects.all(), limit=1, lease_s=60)
    queue.settle([(row, Dead("no such street"))])

    html = administrator.get(reverse("activity:overview")).content.decode()
    assert "no such street" in html
    data = {"queue": "sender", "name": "spine.post", "error": "no such street", "verb": "replay"}
    administrator.post(reverse("activity:dead_settle"), data)

    assert Parcel.objects.get().state == WorkItem.State.WAITING


def test_deliveries_of_a_handler_that_is_gone_can_be_discarded(
    administrator: Client, ledger: Ledger, only_handlers: dict
) -> None:
    happen(1)
    only_handlers.clear()

    html = administrator.get(reverse("activity:overview")).content.decode()
    assert "No such handler in this version" in html
    data = {"queue": "orphan", "name": ledger.name, "error": "", "verb": "discard"}
    administrator.post(reverse("activity:dead_settle"), data)

    assert not Delivery.objects.exists()
