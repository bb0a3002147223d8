"""Keyset pages: every row once, in both directions, at the same cost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.core.paging import Page, keyset_page
from community.members.models import Member
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
BY = ("joined_at", "id")


def page(**values: Any) -> Page[Member]:
    """Return a page of three members by the time they joined."""
    return keyset_page(Member.objects.all(), by=BY, size=3, **values)


@pytest.fixture
def members() -> list[Member]:
    """Ten members; several joined in the same microsecond. Newest first."""
    made = [MemberFactory(joined_at=START + timedelta(microseconds=number // 4)) for number in range(10)]
    return sorted(made, key=lambda member: (member.joined_at, member.pk), reverse=True)


def test_going_forward_meets_every_row_once(members: list[Member]) -> None:
    seen, cursor = [], ""
    for _ in range(4):
        found = page(after=cursor)
        seen += found.rows
        cursor = found.older

    assert seen == members
    assert cursor == ""


def test_going_back_meets_the_same_pages(members: list[Member]) -> None:
    forward = [page()]
    while forward[-1].older:
        forward.append(page(after=forward[-1].older))
    back = [forward[-1]]
    while back[-1].newer:
        back.append(page(before=back[-1].newer))

    assert [member for found in reversed(back) for member in found.rows] == members
    assert forward[0].newer == ""
    assert all(found.older for found in back[1:])


def test_a_row_that_comes_in_between_shifts_nothing(members: list[Member]) -> None:
    first = page()

    MemberFactory(joined_at=START + timedelta(days=1))

    assert page(after=first.older).rows == members[3:6]


@pytest.mark.parametrize(
    "cursor", ["x", "1", "1-2-3", "-1-2", "99999999999999999999-1", "9999999999999999999-1", "1-2;", "١-٢"]
)
def test_a_cursor_that_is_none_of_ours_is_the_first_page(members: list[Member], cursor: str) -> None:
    assert page(after=cursor).rows == members[:3]
    assert page(before=cursor).rows == members[:3]


def test_an_empty_list_is_one_empty_page() -> None:
    assert page() == Page(rows=[])


def test_a_page_is_one_query_without_offset_or_count(members: list[Member]) -> None:
    older = page().older

    with CaptureQueriesContext(connection) as queries:
        page(after=older)

    assert len(queries) == 1
    assert "OFFSET" not in queries[0]["sql"]
    assert "COUNT" not in queries[0]["sql"]
