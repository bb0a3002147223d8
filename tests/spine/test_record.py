"""Recording: two statements, in our transaction or not at all."""

import pytest
from django.db import DatabaseError, connection, transaction

from community.activity.log import record
from community.activity.models import Activity, AppendOnlyError, Delivery
from tests.spine.conftest import Ledger
from tests.spine.tables import Happened, happen


@pytest.mark.django_db
def test_record_refuses_to_run_outside_a_transaction_of_ours() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(Happened(), subject_id=1, actor_id=None)


def test_record_costs_two_statements_with_eight_handlers(
    ledger: Ledger, only_handlers: dict, django_assert_num_queries
) -> None:
    for number in range(7):
        only_handlers[f"spine.other{number}"] = Ledger(f"spine.other{number}")

    with transaction.atomic(), django_assert_num_queries(2):
        record(Happened(), subject_id=1, actor_id=None)

    assert Delivery.objects.count() == 8


def test_a_key_is_recorded_once_for_ever(ledger: Ledger) -> None:
    first = happen(1, dedupe_key="once")
    second = happen(1, dedupe_key="once")

    assert first[0] is not None
    assert second == [None]
    assert Delivery.objects.count() == 1


def test_a_rollback_leaves_nothing(ledger: Ledger) -> None:
    def fail_after_recording() -> None:
        with transaction.atomic():
            record(Happened(), subject_id=1, actor_id=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_recording()

    assert not Activity.objects.exists()
    assert not Delivery.objects.exists()


def test_an_update_of_the_log_is_refused_by_the_database(ledger: Ledger) -> None:
    happen(1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE activity_activity SET actor_id = 5")


def test_the_model_refuses_update_and_delete(ledger: Ledger) -> None:
    happen(1)
    activity = Activity.objects.get()

    for change in (activity.save, activity.delete, Activity.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    with pytest.raises(AppendOnlyError):
        Activity.objects.update(actor_id=5)


def test_text_in_a_payload_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="Happened.state holds text"), transaction.atomic():
        record(Happened(state="Marta, marta@example.com"), subject_id=1, actor_id=None)
