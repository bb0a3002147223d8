"""Work tables: claim, settle, suspects, marks."""

from django.db import transaction

from community.work import queue
from community.work.outcomes import Done, Failed
from tests.spine.tables import Parcel


def _mark(*addresses: str) -> None:
    with transaction.atomic():
        queue.mark(Parcel, [{"address": address} for address in addresses], key=("address",))


def test_a_mark_makes_one_row_and_moves_its_counter(tables: None) -> None:
    _mark("a", "b", "a")
    _mark("a")

    assert list(Parcel.objects.order_by("address").values_list("address", "counter")) == [("a", 1), ("b", 0)]


def test_a_claimed_row_is_nobody_elses(tables: None) -> None:
    _mark("a", "b")

    first = queue.claim(Parcel.objects.all(), limit=1, lease_s=60)
    second = queue.claim(Parcel.objects.all(), limit=5, lease_s=60)

    assert [row.address for row in first + second] == ["a", "b"]
    assert queue.claim(Parcel.objects.all(), limit=5, lease_s=60) == []


def test_a_row_marked_while_in_hand_is_sent_again(tables: None) -> None:
    _mark("a")
    (row,) = queue.claim(Parcel.objects.all(), limit=1, lease_s=60)
    _mark("a")

    assert queue.settle([(row, Done())]) == []

    (again,) = queue.claim(Parcel.objects.all(), limit=1, lease_s=60)
    assert queue.settle([(again, Done())]) == []
    assert not Parcel.objects.exists()


def test_a_zombie_is_refused(tables: None) -> None:
    _mark("a")
    (zombie,) = queue.claim(Parcel.objects.all(), limit=1, lease_s=0)
    (owner,) = queue.claim(Parcel.objects.all(), limit=1, lease_s=60)

    assert queue.hold([zombie], lease_s=60) == []
    assert queue.settle([(zombie, Done())]) == [zombie]
    assert owner.suspect
    assert owner.attempts == 1
    assert queue.settle([(owner, Failed("down"))]) == []
    assert queue.settle([(owner, Done())]) == [owner]
