"""Merging two ideas and undoing it: nobody counts twice, nobody is lost, and what was before comes back exactly."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.activity.models import Activity
from community.core.errors import Denied
from ideas.models import Board, Idea, IdeaFollow, Merge, Vote, VoteEntry
from ideas.services import idea_follow, ideas_merge, ideas_unmerge, vote_set, votes_repair
from tests.factories.ideas import BoardFactory, IdeaFactory
from tests.factories.members import MemberFactory, ModeratorFactory, ProductManagerFactory

pytestmark = pytest.mark.django_db
PEOPLE, IDEAS = 4, 4


def state_of(*ideas: Idea) -> Any:
    """All that a merge may move: votes with their moments, followers, figures, the place in the list."""
    ids = [idea.pk for idea in ideas]
    return {
        "votes": sorted(Vote.objects.filter(idea_id__in=ids).values_list("idea_id", "member_id", "voted_at")),
        "cast_by": sorted(Vote.objects.filter(idea_id__in=ids).values_list("idea_id", "member_id", "cast_by_id")),
        "follows": sorted(
            IdeaFollow.objects.filter(idea_id__in=ids).values_list("idea_id", "member_id", "is_on", "reason")
        ),
        "ideas": sorted(Idea.objects.filter(pk__in=ids).values_list("pk", "vote_count", "merged_into_id")),
        "boards": sorted(Board.objects.values_list("pk", "idea_count")),
    }


def voters(idea: Idea) -> set[int]:
    return set(Vote.objects.filter(idea=idea).values_list("member_id", flat=True))


def test_votes_and_followers_move_and_nobody_counts_twice():
    source, target = IdeaFactory(), IdeaFactory()
    both, follower = MemberFactory(), MemberFactory()
    for idea in (source, target):
        vote_set(member=both, idea_id=idea.pk, wanted=True)
    idea_follow(member=follower, idea_id=source.pk, wanted=True)

    merge = ideas_merge(member=ModeratorFactory(), source_id=source.pk, target_id=target.pk)

    target.refresh_from_db()
    source.refresh_from_db()
    assert voters(target) == {source.author_id, target.author_id, both.pk}
    assert (target.vote_count, source.vote_count, source.merged_into) == (3, 0, target)
    assert IdeaFollow.objects.get(idea=target, member=follower).merge == merge
    assert Activity.objects.filter(type="ideas.ideas_merged", subject_id=source.pk).count() == 1


def test_who_said_no_to_the_target_is_not_made_to_follow_it():
    source, target = IdeaFactory(), IdeaFactory()
    member = MemberFactory()
    idea_follow(member=member, idea_id=source.pk, wanted=True)
    idea_follow(member=member, idea_id=target.pk, wanted=False)

    ideas_merge(member=ModeratorFactory(), source_id=source.pk, target_id=target.pk)

    assert not IdeaFollow.objects.get(idea=target, member=member).is_on


def test_undoing_restores_exactly():
    source, target = IdeaFactory(), IdeaFactory()
    for idea in (source, target):
        vote_set(member=MemberFactory(), idea_id=idea.pk, wanted=True)
    before = state_of(source, target)
    places = dict(Idea.objects.values_list("pk", "trending_at"))
    manager = ProductManagerFactory()

    ideas_merge(member=manager, source_id=source.pk, target_id=target.pk)
    ideas_unmerge(member=manager, source_id=source.pk)

    assert state_of(source, target) == before
    assert all(abs((places[pk] - at).total_seconds()) <= 1 for pk, at in Idea.objects.values_list("pk", "trending_at"))
    assert votes_repair() == 0


def test_who_took_their_vote_back_meanwhile_has_none_afterwards_and_a_new_vote_stays():
    source, target = IdeaFactory(), IdeaFactory()
    leaver, joiner, manager = source.author, MemberFactory(), ProductManagerFactory()
    ideas_merge(member=manager, source_id=source.pk, target_id=target.pk)
    vote_set(member=leaver, idea_id=target.pk, wanted=False)
    vote_set(member=joiner, idea_id=target.pk, wanted=True)

    ideas_unmerge(member=manager, source_id=source.pk)

    assert voters(source) == set()
    assert voters(target) == {target.author_id, joiner.pk}


def test_a_vote_that_two_merges_brought_stays_until_both_are_undone():
    one, other, target = IdeaFactory(), IdeaFactory(), IdeaFactory()
    member, manager = MemberFactory(), ProductManagerFactory()
    for idea in (one, other):
        vote_set(member=member, idea_id=idea.pk, wanted=True)
        ideas_merge(member=manager, source_id=idea.pk, target_id=target.pk)

    ideas_unmerge(member=manager, source_id=one.pk)
    first = (member.pk in voters(one), member.pk in voters(target))
    ideas_unmerge(member=manager, source_id=other.pk)

    assert first == (True, True)
    assert (member.pk in voters(other), member.pk in voters(target)) == (True, False)


@pytest.mark.parametrize(
    "case", ["itself", "merged already", "into a merged one", "other audience", "a customer", "undo below"]
)
def test_what_cannot_be_merged_is_refused(case: str):
    source, target, manager = IdeaFactory(), IdeaFactory(), ProductManagerFactory()
    third = IdeaFactory(board=BoardFactory(audience="members"))
    merge: dict[str, Any] = {"member": manager, "source_id": source.pk, "target_id": target.pk}
    if case == "itself":
        merge["target_id"] = source.pk
    elif case == "merged already":
        ideas_merge(**merge)
    elif case == "into a merged one":
        ideas_merge(member=manager, source_id=target.pk, target_id=IdeaFactory().pk)
    elif case == "other audience":
        merge["target_id"] = third.pk
    elif case == "a customer":
        merge["member"] = MemberFactory()
    elif case == "undo below":
        ideas_merge(**merge)
        ideas_merge(member=manager, source_id=target.pk, target_id=IdeaFactory().pk)
        with pytest.raises(Denied):
            ideas_unmerge(member=manager, source_id=source.pk)
        return

    with pytest.raises(Denied):
        ideas_merge(**merge)


moves = st.lists(
    st.tuples(
        st.sampled_from(["vote", "withdraw", "follow", "merge", "unmerge"]),
        st.integers(0, IDEAS - 1),
        st.integers(0, max(PEOPLE, IDEAS) - 1),
    ),
    max_size=14,
)


@pytest.fixture
def cast() -> tuple[list[Idea], list[Any], Any]:
    """Ideas of one board, people who vote, and a colleague who merges."""
    board = BoardFactory()
    return (
        [IdeaFactory(board=board) for _ in range(IDEAS)],
        [MemberFactory() for _ in range(PEOPLE)],
        ProductManagerFactory(),
    )


def play(told: list[tuple[str, int, int]], ideas: list[Idea], people: list[Any], manager: Any) -> None:
    """Do what may be done; what is refused changes nothing."""
    for move, first, second in told:
        try:
            if move == "merge":
                ideas_merge(member=manager, source_id=ideas[first].pk, target_id=ideas[second % IDEAS].pk)
            elif move == "unmerge":
                ideas_unmerge(member=manager, source_id=ideas[first].pk)
            elif move == "follow":
                idea_follow(member=people[second % PEOPLE], idea_id=ideas[first].pk, wanted=True)
            else:
                vote_set(member=people[second % PEOPLE], idea_id=ideas[first].pk, wanted=move == "vote")
        except (Denied, Merge.DoesNotExist):
            continue


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=moves)
def test_whatever_happens_the_ledger_adds_up_and_undoing_all_leaves_every_vote_once(cast, told):
    ideas, people, manager = cast
    play(told, ideas, people, manager)

    assert votes_repair() == 0
    for idea in ideas:
        idea.refresh_from_db()
        assert idea.vote_count == len(voters(idea))
        assert idea.merged_into_id is None or not voters(idea)
    _undo_all(manager)
    assert votes_repair() == 0
    assert not VoteEntry.objects.exclude(delta__in=[1, -1]).exists()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=moves, merges=st.lists(st.tuples(st.integers(0, IDEAS - 1), st.integers(0, IDEAS - 1)), max_size=6))
def test_merges_in_any_order_undone_leave_what_was_before(cast, told, merges):
    ideas, people, manager = cast
    _undo_all(manager)
    play([move for move in told if move[0] in ("vote", "withdraw", "follow")], ideas, people, manager)
    before = state_of(*ideas)

    play([("merge", first, second) for first, second in merges], ideas, people, manager)
    _undo_all(manager)

    assert state_of(*ideas) == before


def _undo_all(manager: Any) -> None:
    """Undo merges until none is left; one whose target was merged itself waits for that."""
    while open_merges := list(Merge.objects.filter(undone_at=None).order_by("pk")):
        for merge in open_merges:
            try:
                ideas_unmerge(member=manager, source_id=merge.source_id)
            except Denied:
                continue
