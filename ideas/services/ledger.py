"""The vote ledger: entries, the votes that stand, and the idea's count and place move together, in the caller's
transaction and under the idea's lock."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from ideas.models import Idea, Merge, Vote, VoteEntry
from ideas.trending import trending_moment, with_vote

Cause = VoteEntry.Cause


def vote_add(
    idea: Idea,
    member_id: int,
    *,
    voted_at: datetime,
    cause: str = Cause.CAST,
    cast_by_id: int | None = None,
    merge: Merge | None = None,
) -> VoteEntry | None:
    """Let a vote stand on a locked idea; None when the member has one there. Queries: 1, or 4."""
    if Vote.objects.filter(idea=idea, member_id=member_id).exists():
        return None
    entry = VoteEntry.objects.create(
        idea=idea,
        member_id=member_id,
        delta=1,
        cause=cause,
        cast_by_id=cast_by_id,
        merge=merge,
        voted_at=voted_at,
    )
    Vote.objects.create(idea=idea, member_id=member_id, cast_by_id=cast_by_id, voted_at=voted_at)
    if idea.vote_count:
        idea.trending_at = with_vote(idea.trending_at, voted_at, half_life_days=idea.board.half_life_days)
    else:
        idea.trending_at = voted_at
    _count(idea, 1)
    return entry


def vote_remove(
    idea: Idea, member_id: int, *, cause: str = Cause.WITHDRAWN, merge: Merge | None = None
) -> VoteEntry | None:
    """Take a vote from a locked idea; None when the member has none there. Queries: 1, or 5."""
    vote = Vote.objects.filter(idea=idea, member_id=member_id).first()
    if vote is None:
        return None
    entry = VoteEntry.objects.create(
        idea=idea,
        member_id=member_id,
        delta=-1,
        cause=cause,
        cast_by_id=vote.cast_by_id,
        merge=merge,
        voted_at=vote.voted_at,
    )
    vote.delete()
    idea.trending_at = place_of(idea, idea.votes.values_list("voted_at", flat=True))
    _count(idea, -1)
    return entry


def place_of(idea: Idea, votes: Iterable[datetime]) -> datetime:
    """Return where these votes put an idea whose board is loaded."""
    return trending_moment(votes, half_life_days=idea.board.half_life_days, shared_at=idea.created_at)


def _count(idea: Idea, delta: int) -> None:
    idea.vote_count += delta
    Idea.objects.filter(pk=idea.pk).update(vote_count=F("vote_count") + delta, trending_at=idea.trending_at)
