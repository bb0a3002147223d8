"""One vote a member: count, ledger and place in Trending move together."""

import pytest
from django.db import DatabaseError, connection, transaction

from ideas.models import Idea, Vote, VoteEntry
from ideas.services import vote_set
from tests.factories.ideas import IdeaFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def test_author_votes_by_sharing() -> None:
    idea = Idea.objects.get(pk=IdeaFactory().pk)

    assert idea.vote_count == 1
    assert idea.trending_at == idea.created_at


def test_pressing_twice_is_one_vote() -> None:
    idea, member = IdeaFactory(), MemberFactory()

    for _press in range(2):
        counted = vote_set(member=member, idea_id=idea.pk, wanted=True)

    assert counted.vote_count == 2
    assert VoteEntry.objects.filter(member=member).count() == 1


def test_withdrawing_takes_count_and_place_back() -> None:
    idea, member = IdeaFactory(), MemberFactory()
    before = idea.trending_at

    vote_set(member=member, idea_id=idea.pk, wanted=True)
    after = vote_set(member=member, idea_id=idea.pk, wanted=False)

    assert (after.vote_count, after.trending_at) == (1, before)
    assert [entry.delta for entry in VoteEntry.objects.filter(member=member).order_by("pk")] == [1, -1]
    assert not Vote.objects.filter(member=member).exists()


@pytest.mark.parametrize("statement", ["UPDATE ideas_voteentry SET delta = -1", "DELETE FROM ideas_voteentry"])
def test_the_database_refuses_to_rewrite_the_ledger(statement: str) -> None:
    IdeaFactory()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert VoteEntry.objects.get().delta == 1
