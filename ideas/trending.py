"""The order "trending": every vote counts half as much after each half-life of its board, forward-decayed.

With votes cast at t1…tn and a half-life H, an idea stands where a single vote cast at `H * log2(sum(2^(ti / H)))`
would: a moment, kept in `Idea.trending_at`. It does not change while nobody votes, so a list is an index read, and
twice the votes are worth exactly one half-life. An idea without votes stands one half-life before it was shared.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import exp2, log2


def trending_moment(votes: Iterable[datetime], *, half_life_days: int, shared_at: datetime) -> datetime:
    """Return where votes cast at these moments put an idea."""
    moments = sorted(votes)
    half_life = timedelta(days=half_life_days)
    if not moments:
        return shared_at - half_life
    newest = moments[-1]
    return newest + half_life * log2(sum(exp2((moment - newest) / half_life) for moment in moments))


def with_vote(trending_at: datetime, voted_at: datetime, *, half_life_days: int) -> datetime:
    """Return where one more vote puts an idea that has some, without looking at the others."""
    half_life = timedelta(days=half_life_days)
    later, earlier = max(trending_at, voted_at), min(trending_at, voted_at)
    return later + half_life * log2(1 + exp2((earlier - later) / half_life))


def weight_at(trending_at: datetime, now: datetime, *, half_life_days: int) -> float:
    """Return how many votes cast at `now` would count as much as those an idea has."""
    return exp2((trending_at - now) / timedelta(days=half_life_days))
