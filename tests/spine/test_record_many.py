"""Recording many activities at once: the same promises as recording one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from community.activity.bulk import Entry, record_many
from community.activity.handlers import Handler, handlers, register_handler
from community.activity.log import record
from community.activity.models import Activity, Delivery
from forums.activities import PostPublished

pytestmark = pytest.mark.django_db
THEN = datetime(2024, 1, 1, tzinfo=UTC)


class Listener(Handler):
    """Wants posts, but not those of an import's rehearsal."""

    name = "tests.listener"
    types = ("forums.post_published",)
    skip_origins = ("email",)


@pytest.fixture
def listener() -> Any:
    """A handler that is registered for one test."""
    register_handler(Listener())
    yield
    del handlers["tests.listener"]


def entries(*keys: str) -> list[Entry]:
    """Return one activity for each key."""
    return [
        Entry(
            payload=PostPublished(topic_id=1, number=number, author_id=7),
            subject_id=number,
            actor_id=7,
            occurred_at=THEN,
            dedupe_key=key,
        )
        for number, key in enumerate(keys, start=1)
    ]


def test_each_becomes_an_activity_with_deliveries(listener: None) -> None:
    with transaction.atomic():
        made = record_many(entries("a", "b"), origin="import")

    assert made == 2
    assert list(Activity.objects.order_by("subject_id").values_list("type", "subject_id", "origin", "occurred_at")) == [
        ("forums.post_published", 1, "import", THEN),
        ("forums.post_published", 2, "import", THEN),
    ]
    mine = Delivery.objects.filter(handler="tests.listener").order_by("activity__subject_id")
    assert list(mine.values_list("activity__payload__number", flat=True)) == [1, 2]


def test_it_writes_what_record_writes(listener: None) -> None:
    with transaction.atomic():
        record_many(entries("many"), origin="import")
        record(
            PostPublished(topic_id=1, number=1, author_id=7),
            subject_id=1,
            actor_id=7,
            origin="import",
            occurred_at=THEN,
            dedupe_key="one",
        )

    many, one = (
        (
            Activity.objects.filter(dedupe_key=key).values().get()
            | {"id": 0, "dedupe_key": "", "recorded_at": None}
            | {"deliveries": sorted(Delivery.objects.filter(activity__dedupe_key=key).values_list("handler", "lane"))}
        )
        for key in ("many", "one")
    )
    assert many == one


def test_what_was_recorded_before_is_left_out(listener: None) -> None:
    with transaction.atomic():
        record_many(entries("a", "b"), origin="import")
    with transaction.atomic():
        made = record_many(entries("b", "c", "a"), origin="import")

    assert made == 1
    assert (Activity.objects.count(), Delivery.objects.filter(handler="tests.listener").count()) == (3, 3)


def test_handlers_that_skip_the_origin_get_nothing(listener: None) -> None:
    with transaction.atomic():
        record_many(entries("a"), origin="email")

    assert not Delivery.objects.filter(handler="tests.listener").exists()


def test_a_rollback_leaves_nothing(listener: None) -> None:
    with transaction.atomic():
        record_many(entries("a"), origin="import")
        transaction.set_rollback(True)

    assert not Activity.objects.exists()
    assert not Delivery.objects.exists()


def test_it_refuses_to_run_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        record_many(entries("a"), origin="import")


def test_nothing_is_nothing() -> None:
    with transaction.atomic():
        assert record_many([], origin="import") == 0


def test_a_batch_is_two_statements(listener: None, django_assert_num_queries: Any) -> None:
    with transaction.atomic(), django_assert_num_queries(2):
        record_many(entries(*(f"k{n}" for n in range(200))), origin="import")
