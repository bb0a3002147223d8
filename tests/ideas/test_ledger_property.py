"""Whatever happens to ideas, their counts are what the ledger adds up to, and the repair finds nothing to do."""

from collections import Counter
from contextlib import suppress
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from community.core.errors import DomainError
from community.privacy.services import erase_member
from ideas.models import Idea, Merge, Vote, VoteEntry
from ideas.services import (
    idea_hide,
    idea_restore,
    ideas_merge,
    ideas_unmerge,
    vote_instead,
    vote_set,
    votes_repair,
)
from tests.factories.ideas import BoardFactory, IdeaFactory
from tests.factories.members import AdministratorFactory, MemberFactory, ProductManagerFactory

pytestmark = pytest.mark.django_db
THINGS = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("vote"), THINGS, THINGS),
        st.tuples(st.just("withdraw"), THINGS, THINGS),
        st.tuples(st.just("instead"), THINGS, THINGS),
        st.tuples(st.just("merge"), THINGS, THINGS),
        st.tuples(st.just("unmerge"), THINGS, THINGS),
        st.tuples(st.just("hide"), THINGS, THINGS),
        st.tuples(st.just("restore"), THINGS, THINGS),
        st.tuples(st.just("erase"), st.integers(1, 2), THINGS),
    ),
    max_size=14,
)


class Community:
    """Three ideas, three members, two colleagues."""

    def __init__(self) -> None:
        board = BoardFactory()
        self.ideas = [IdeaFactory(board=board) for _ in range(3)]
        self.members = [MemberFactory() for _ in range(3)]
        self.manager, self.administrator = ProductManagerFactory(), AdministratorFactory()

    def step(self, verb: str, one: int, other: int) -> None:
        """Do it; what is refused changes nothing."""
        member, idea = self.members[one], self.ideas[other]
        acts: dict[str, Any] = {
            "vote": lambda: vote_set(member=member, idea_id=idea.pk, wanted=True),
            "withdraw": lambda: vote_set(member=member, idea_id=idea.pk, wanted=False),
            "instead": lambda: vote_instead(member=member, idea_id=idea.pk, title="The same", body=""),
            "merge": lambda: ideas_merge(member=self.manager, source_id=self.ideas[one].pk, target_id=idea.pk),
            "unmerge": lambda: ideas_unmerge(member=self.manager, source_id=idea.pk),
            "hide": lambda: idea_hide(member=self.administrator, idea_id=idea.pk),
            "restore": lambda: idea_restore(member=self.administrator, idea_id=idea.pk),
            "erase": lambda: erase_member(member.pk),
        }
        member.refresh_from_db()
        with suppress(DomainError, Merge.DoesNotExist):
            acts[verb]()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(STEPS)
def test_every_count_is_the_fold_of_the_ledger(steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():  # hypothesis runs many examples in one test: each leaves the database as it was
        community = Community()
        for step in steps:
            community.step(*step)
        counts_check()
        transaction.set_rollback(True)


def counts_check() -> None:
    """Compare ledger, votes that stand, counts and places."""
    folded: Counter[tuple[int, int]] = Counter()
    for entry in VoteEntry.objects.all():
        folded[entry.idea_id, entry.member_id] += entry.delta
    assert set(folded.values()) <= {0, 1}
    standing = {key for key, total in folded.items() if total}
    assert standing == set(Vote.objects.values_list("idea_id", "member_id"))
    for idea in Idea.objects.all():
        assert idea.vote_count == sum(1 for idea_id, _member in standing if idea_id == idea.pk)
    assert votes_repair() == 0


def test_the_repair_mends_and_reports_what_drifted(caplog: pytest.LogCaptureFixture) -> None:
    idea = IdeaFactory()
    vote_set(member=MemberFactory(), idea_id=idea.pk, wanted=True)
    right = Idea.objects.get(pk=idea.pk)
    Idea.objects.filter(pk=idea.pk).update(vote_count=9, comment_count=4, trending_at="2020-01-01T00:00Z")
    Vote.objects.filter(idea=idea, member=idea.author).delete()

    assert votes_repair() == 2

    mended = Idea.objects.get(pk=idea.pk)
    assert (mended.vote_count, mended.comment_count) == (right.vote_count, right.comment_count)
    assert abs((mended.trending_at - right.trending_at).total_seconds()) < 1
    assert "2 rows differed from the ledger" in caplog.text
    assert votes_repair() == 0
