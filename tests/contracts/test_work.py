"""What every work table and sender promises (`community/work`), asked of each that any app has."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.utils import timezone

from community.activity.delivery import drain_activity
from community.work import queue
from community.work.models import WorkItem
from community.work.outcomes import BACKOFF_CAP_S, Dead, Done, Failed
from community.work.senders import Sender, senders
from tests.contracts.stories import question, world

pytestmark = pytest.mark.django_db
TABLES = sorted(
    (model for model in apps.get_models() if issubclass(model, WorkItem)), key=lambda model: model._meta.label
)
NAMES = sorted(senders)


@pytest.fixture(params=TABLES, ids=lambda model: model._meta.label)
def table(request: pytest.FixtureRequest) -> type[WorkItem]:
    """Each work table in turn, with rows that handlers wrote, all due."""
    question(world())
    drain_activity()
    model: type[WorkItem] = request.param
    model._base_manager.update(not_before=None)
    assert model._base_manager.count() >= 2, (
        "the story has no work for this table: tell it in tests/contracts/stories.py"
    )
    return model


def _subclasses(base: type) -> Iterator[type]:
    for subclass in base.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def test_every_table_has_a_sender_that_is_registered() -> None:
    assert {sender.model for sender in senders.values()} == set(TABLES)


@pytest.mark.parametrize("name", NAMES)
def test_a_lease_outlasts_a_call_and_a_batch_is_no_crowd(name: str) -> None:
    sender: Sender = senders[name]

    assert sender.name == name
    assert sender.lease_s >= 30
    assert 1 <= sender.batch <= 1000


def test_a_row_is_in_one_hand_at_a_time(table: type[WorkItem]) -> None:
    first = queue.claim(table._base_manager.all(), limit=1, lease_s=60)
    rest = queue.claim(table._base_manager.all(), limit=10_000, lease_s=60)

    assert len(first) == 1
    assert len(rest) == table._base_manager.count() - 1
    assert first[0].pk not in {row.pk for row in rest}


def test_success_removes_the_row_and_is_settled_once(table: type[WorkItem]) -> None:
    (row,) = queue.claim(table._base_manager.all(), limit=1, lease_s=60)

    assert queue.settle([(row, Done())]) == []
    assert queue.settle([(row, Done())]) == [row]

    assert not table._base_manager.filter(pk=row.pk).exists()


def test_a_zombie_can_settle_nothing(table: type[WorkItem]) -> None:
    (zombie,) = queue.claim(table._base_manager.order_by("pk"), limit=1, lease_s=0)
    (owner,) = queue.claim(table._base_manager.order_by("pk"), limit=1, lease_s=60)
    assert zombie.pk == owner.pk

    for outcome in (Done(), Failed("late"), Dead("late")):
        assert queue.settle([(zombie, outcome)]) == [zombie]
    assert queue.hold([zombie], lease_s=60) == []
    assert queue.hold([owner], lease_s=60) == [owner]


def test_failures_end_dead_and_a_replay_starts_again(table: type[WorkItem], frozen_clock) -> None:
    pk = table._base_manager.order_by("pk")[0].pk
    only = table._base_manager.filter(pk=pk)
    for _ in range(queue.MAX_ATTEMPTS):
        frozen_clock.shift(BACKOFF_CAP_S * 2)
        (row,) = queue.claim(only, limit=1, lease_s=60)
        queue.settle([(row, Failed("down"))])

    assert only.get().state == WorkItem.State.DEAD
    assert queue.claim(only, limit=1, lease_s=60) == []
    assert queue.replay(only) == 1
    assert queue.claim(only, limit=1, lease_s=60)[0].attempts == 0


def test_dead_rows_can_be_discarded_and_others_cannot(table: type[WorkItem]) -> None:
    (row,) = queue.claim(table._base_manager.all(), limit=1, lease_s=60)
    queue.settle([(row, Dead("no"))])
    before = table._base_manager.count()

    assert queue.discard(table._base_manager.all()) == 1

    assert table._base_manager.count() == before - 1


def test_it_says_since_when_it_waits(table: type[WorkItem]) -> None:
    assert all(row.created_at <= timezone.now() for row in table._base_manager.all())
