"""What happens when members press in the same moment. Runs on SQLite and on PostgreSQL."""

import pytest

from community.activity.models import Activity
from ideas.models import Comment, Idea, Vote, VoteEntry
from ideas.services import comment_create, ideas_merge, vote_set, votes_repair
from tests.factories.ideas import IdeaFactory
from tests.factories.members import MemberFactory, ProductManagerFactory
from tests.forums.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_presses_at_once_are_one_vote() -> None:
    idea, member = IdeaFactory(), MemberFactory()

    at_once(*[lambda: vote_set(member=member, idea_id=idea.pk, wanted=True)] * 20)

    assert Vote.objects.filter(idea=idea, member=member).count() == 1
    assert VoteEntry.objects.filter(idea=idea, member=member).count() == 1
    assert Idea.objects.get(pk=idea.pk).vote_count == 2
    assert Activity.objects.filter(type="ideas.vote_cast", actor_id=member.pk).count() == 1
    assert votes_repair() == 0


def test_a_vote_while_the_idea_is_merged_counts_once() -> None:
    source, target = IdeaFactory(), IdeaFactory()
    member, manager = MemberFactory(), ProductManagerFactory()

    at_once(
        lambda: ideas_merge(member=manager, source_id=source.pk, target_id=target.pk),
        lambda: vote_set(member=member, idea_id=source.pk, wanted=True),
        lambda: vote_set(member=member, idea_id=target.pk, wanted=True),
    )

    assert Vote.objects.filter(member=member).values_list("idea_id", flat=True).get() == target.pk
    assert votes_repair() == 0


def test_comments_at_once_get_numbers_of_their_own() -> None:
    idea, members = IdeaFactory(), MemberFactory.create_batch(6)

    at_once(
        *[
            lambda member=member: comment_create(member=member, idea_id=idea.pk, body=f"For {member.handle}, too.")
            for member in members
        ]
    )

    assert sorted(Comment.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert votes_repair() == 0
