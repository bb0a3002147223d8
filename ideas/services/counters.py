"""What an idea and a board keep counted: changed by delta with every change, recounted from the ledger by a job."""

import logging
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Max, Sum

from ideas.models import Board, Comment, Idea, Visibility, Vote, VoteEntry
from ideas.trending import trending_moment

logger = logging.getLogger("ideas")

ROUNDING = timedelta(seconds=1)
"""How far adding votes one by one may be from adding them up."""


def board_ideas_shift(board_id: int, by: int) -> None:
    """Count an idea that came into a board's list or left it. Queries: 1."""
    Board.objects.filter(pk=board_id).update(idea_count=F("idea_count") + by)


def trending_recount(board: Board) -> None:
    """Move every idea of a board to where its votes put it, after the half-life changed. Queries: 2, and 1 an idea."""
    ideas = list(Idea.objects.filter(board=board).select_for_update(of=("self",)).order_by("pk"))
    moments = _votes_of([idea.pk for idea in ideas])
    for idea in ideas:
        idea.board = board
        Idea.objects.filter(pk=idea.pk).update(trending_at=_place(idea, moments[idea.pk]))


def votes_repair(*, batch: int = 500) -> int:
    """Compare every figure of every idea with the ledger, write those that differ; return how many rows were wrong.

    Goes through the ideas in order of id, one short transaction per batch. What was wrong is logged by id, because it
    should never be. Idempotent: yes.
    """
    wrong, last_id = 0, 0
    while True:
        ids = list(Idea.objects.filter(pk__gt=last_id).order_by("pk").values_list("pk", flat=True)[:batch])
        if not ids:
            wrong += _boards_recount()
            break
        with transaction.atomic():
            wrong += ideas_recount(ids)
        last_id = ids[-1]
    if wrong:
        logger.error("votes_repair: %d rows differed from the ledger and were corrected", wrong)
    return wrong


def ideas_recount(ids: list[int]) -> int:
    """Recount these ideas; return how many rows were wrong. Queries: 5, and 1 for each wrong row."""
    ideas = list(Idea.objects.filter(pk__in=ids).select_related("board").select_for_update(of=("self",)).order_by("pk"))
    wrong = _standing_recount(ids)
    moments = _votes_of(ids)
    comments = Comment.objects.filter(idea_id__in=ids).values_list("idea_id").order_by()
    highest = dict(comments.annotate(Max("number")))
    visible = dict(comments.filter(visibility=Visibility.VISIBLE).annotate(Count("id")))
    for idea in ideas:
        truth = {
            "vote_count": len(moments[idea.pk]),
            "comment_count": visible.get(idea.pk, 0),
            "highest_number": max(idea.highest_number, highest.get(idea.pk, 0)),
        }
        place = _place(idea, moments[idea.pk])
        if abs(place - idea.trending_at) > ROUNDING:
            truth["trending_at"] = place
        differs = {name: value for name, value in truth.items() if getattr(idea, name) != value}
        if differs:
            Idea.objects.filter(pk=idea.pk).update(**differs)
            wrong += 1
    return wrong


def _standing_recount(ids: list[int]) -> int:
    """Make the votes that stand those the ledger adds up to; return how many were wrong. Queries: 2 when none is."""
    entries = VoteEntry.objects.filter(idea_id__in=ids).order_by()
    folded = entries.values_list("idea_id", "member_id").annotate(total=Sum("delta"), newest=Max("id"))
    truth = {(idea_id, member_id): newest for idea_id, member_id, total, newest in folded if total > 0}
    rows = {(vote.idea_id, vote.member_id): vote for vote in Vote.objects.filter(idea_id__in=ids)}
    surplus = [vote.pk for key, vote in rows.items() if key not in truth]
    missing = VoteEntry.objects.filter(pk__in=[newest for key, newest in truth.items() if key not in rows])
    added = (
        [
            Vote(idea_id=entry.idea_id, member_id=entry.member_id, cast_by_id=entry.cast_by_id, voted_at=entry.voted_at)
            for entry in missing
        ]
        if len(truth.keys() - rows.keys())
        else []
    )
    Vote.objects.filter(pk__in=surplus).delete()
    Vote.objects.bulk_create(added)
    return len(surplus) + len(added)


def _votes_of(ids: list[int]) -> dict[int, list[datetime]]:
    moments: dict[int, list[datetime]] = defaultdict(list)
    for idea_id, voted_at in Vote.objects.filter(idea_id__in=ids).values_list("idea_id", "voted_at"):
        moments[idea_id].append(voted_at)
    return moments


def _place(idea: Idea, moments: list[datetime]) -> datetime:
    return trending_moment(moments, half_life_days=idea.board.half_life_days, shared_at=idea.created_at)


def _boards_recount() -> int:
    """Recount the listed ideas of every board; return how many were wrong."""
    with transaction.atomic():
        boards = Board.objects.select_for_update(of=("self",)).order_by("pk")
        truth = dict(Idea.objects.listed().values_list("board_id").annotate(Count("id")).order_by())
        wrong = [board for board in boards if board.idea_count != truth.get(board.pk, 0)]
        for board in wrong:
            Board.objects.filter(pk=board.pk).update(idea_count=truth.get(board.pk, 0))
    return len(wrong)
