"""Trending: votes halve with age, and nothing else moves an idea (bar 14)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ideas.models import Board, Idea
from ideas.services import board_update, vote_set
from ideas.trending import trending_moment, weight_at, with_vote
from tests.factories.ideas import BoardFactory, IdeaFactory
from tests.factories.members import MemberFactory

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
AGES = st.lists(st.integers(0, 5_000), min_size=1, max_size=40)


@given(AGES, st.integers(1, 365))
def test_adding_votes_one_by_one_is_adding_them_up(hours: list[int], half_life_days: int) -> None:
    votes = [NOW - timedelta(hours=age) for age in hours]

    place = votes[0]
    for vote in votes[1:]:
        place = with_vote(place, vote, half_life_days=half_life_days)

    together = trending_moment(votes, half_life_days=half_life_days, shared_at=NOW)
    assert abs(place - together) < timedelta(milliseconds=1)


@given(AGES)
def test_taking_any_vote_away_lowers(hours: list[int]) -> None:
    votes = [NOW - timedelta(hours=age) for age in hours]
    first = min(votes)

    fewer = trending_moment(votes[1:], half_life_days=7, shared_at=first)

    assert fewer < trending_moment(votes, half_life_days=7, shared_at=first) or weight_at(
        votes[0], NOW, half_life_days=7
    ) < 1e-9 * weight_at(fewer, NOW, half_life_days=7)


def test_twice_the_votes_are_one_half_life() -> None:
    one = trending_moment([NOW], half_life_days=3, shared_at=NOW)

    assert trending_moment([NOW] * 2, half_life_days=3, shared_at=NOW) - one == timedelta(days=3)
    assert weight_at(one, NOW + timedelta(days=3), half_life_days=3) == 0.5


@pytest.mark.django_db
def test_an_old_idea_with_twenty_votes_today_is_ahead_of_a_fresh_one_with_five() -> None:
    board = BoardFactory()
    old = IdeaFactory(board=board, occurred_at=timezone.now() - timedelta(days=400))
    fresh = IdeaFactory(board=board)
    for idea, votes in ((old, 20), (fresh, 5)):
        for member in MemberFactory.create_batch(votes):
            vote_set(member=member, idea_id=idea.pk, wanted=True)

    assert list(Idea.objects.order_by("-trending_at")) == [old, fresh]

    voters = [vote.member for vote in old.votes.exclude(member=old.author)]
    for member in voters[3:]:
        vote_set(member=member, idea_id=old.pk, wanted=False)

    assert list(Idea.objects.order_by("-trending_at")) == [fresh, old]


@pytest.mark.django_db
def test_the_half_life_is_the_boards() -> None:
    board = BoardFactory(half_life_days=30)
    with time_machine.travel(NOW - timedelta(days=20), tick=False):
        loved = IdeaFactory(board=board)
        for member in MemberFactory.create_batch(3):
            vote_set(member=member, idea_id=loved.pk, wanted=True)
    with time_machine.travel(NOW, tick=False):
        recent = IdeaFactory(board=board)

    assert list(Idea.objects.order_by("-trending_at")) == [loved, recent]

    board_update(member=None, board_id=board.pk, half_life_days=2)

    assert list(Idea.objects.order_by("-trending_at")) == [recent, loved]
    assert Board.objects.get().half_life_days == 2
