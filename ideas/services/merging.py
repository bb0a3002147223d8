"""Merging an idea into another, and undoing it: votes and followers move, and nobody counts twice.

A merge writes for every vote of the source one entry that takes it and, unless the member votes for the target
already, one that adds it there; all carry the merge. Undoing reads these entries: whoever still votes for the target
and has not decided anew since gets their vote of the source back, and one that only this merge had brought leaves the
target, unless another merge into it stands for it.
"""

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from community.activity.log import record
from community.members.models import Member
from ideas.activities import IdeasMerged, IdeasUnmerged
from ideas.locks import ideas_lock, merge_lock
from ideas.models import Idea, IdeaFollow, Merge, Visibility, Vote, VoteEntry
from ideas.permissions import ideas_merge_check, ideas_unmerge_check
from ideas.services.counters import board_ideas_shift, ideas_recount

Cause = VoteEntry.Cause
_CHUNK = 500


def ideas_merge(*, member: Member, source_id: int, target_id: int, origin: str = "web") -> Merge:
    """Merge an idea into another one that goes on for both.

    Raises: Idea.DoesNotExist, Denied. Queries: about 20, and 3 for each 500 votes.
    """
    with transaction.atomic():
        source, target = ideas_lock(source_id, target_id)
        ideas_merge_check(member, source, target)
        merge = Merge.objects.create(source=source, target=target, member=member)
        votes = list(Vote.objects.filter(idea=source).order_by("pk"))
        there = set(Vote.objects.filter(idea=target).values_list("member_id", flat=True))
        _move(merge, votes, [vote for vote in votes if vote.member_id not in there])
        _follows_bring(merge)
        _stand(source, into=target)
        payload = IdeasMerged(author_id=source.author_id, target_id=target.pk, merge_id=merge.pk)
        record(payload, subject_id=source.pk, actor_id=member.pk, origin=origin)
    return merge


def ideas_unmerge(*, member: Member, source_id: int, origin: str = "web") -> Merge:
    """Let a merged idea stand by itself again, with the votes and followers it brought along.

    Raises: Idea.DoesNotExist, Denied; Merge.DoesNotExist for an idea that is not merged. Queries: as `ideas_merge`.
    """
    with transaction.atomic():
        merge = merge_lock(source_id)
        source, target = ideas_lock(source_id, merge.target_id)
        ideas_unmerge_check(member, source, target)
        merge.undone_at = timezone.now()
        merge.save(update_fields=["undone_at"])
        _move_back(merge)
        _follows_take(merge)
        _stand(source, into=None, other=target)
        payload = IdeasUnmerged(author_id=source.author_id, target_id=target.pk, merge_id=merge.pk)
        record(payload, subject_id=source.pk, actor_id=member.pk, origin=origin)
    return merge


def _stand(source: Idea, *, into: Idea | None, other: Idea | None = None) -> None:
    """Say where the source's votes are now, and count both anew. Queries: 9."""
    Idea.objects.filter(pk=source.pk).update(merged_into=into)
    if source.visibility == Visibility.VISIBLE:
        board_ideas_shift(source.board_id, -1 if into else 1)
    ideas_recount([idea.pk for idea in (source, into, other) if idea is not None])


# Votes


def _move(merge: Merge, votes: list[Vote], movers: list[Vote]) -> None:
    _entries_add([_entry(vote, merge.source_id, -1, Cause.MERGED, merge) for vote in votes])
    _entries_add([_entry(vote, merge.target_id, 1, Cause.MERGED, merge) for vote in movers])
    Vote.objects.filter(idea_id=merge.source_id).delete()
    _votes_add(merge.target_id, movers)


def _move_back(merge: Merge) -> None:
    """Restore the source's votes, and leave the target with those it would have without this merge. Queries: 8."""
    brought = {entry.member_id: entry for entry in merge.entries.filter(idea_id=merge.source_id, delta=-1)}
    decided = _decided(merge.target_id, brought)
    standing = {
        member_id: made
        for member_id, made in _made(merge.target_id, brought).items()
        if decided.get(member_id, 0) < brought[member_id].pk
    }
    returning = [brought[member_id] for member_id in standing]
    leaving = [brought[member_id] for member_id, entry in standing.items() if entry.merge_id == merge.pk]
    _entries_add([_entry(one, merge.source_id, 1, Cause.UNMERGED, merge) for one in returning])
    _votes_add(merge.source_id, returning)
    _entries_add([_entry(one, merge.target_id, -1, Cause.UNMERGED, merge) for one in leaving])
    Vote.objects.filter(idea_id=merge.target_id, member_id__in=[one.member_id for one in leaving]).delete()
    heirs = _heirs(merge.target_id, {one.member_id for one in leaving}, decided)
    _entries_add([_entry(one, merge.target_id, 1, Cause.MERGED, one.merge) for one in heirs])
    _votes_add(merge.target_id, heirs)


def _made(target_id: int, member_ids: Collection[int]) -> dict[int, VoteEntry]:
    """Return, by member, the entry that made the vote for the target that stands. Queries: 2."""
    voting = set(Vote.objects.filter(idea_id=target_id, member_id__in=member_ids).values_list("member_id", flat=True))
    made = VoteEntry.objects.filter(
        idea_id=target_id, member_id__in=voting, delta=1, cause__in=[Cause.CAST, Cause.MERGED]
    )
    return {entry.member_id: entry for entry in made.order_by("id")}


def _decided(target_id: int, member_ids: Collection[int]) -> dict[int, int]:
    """Return, by member, the newest entry of their own hand for the target. Queries: 1."""
    own = VoteEntry.objects.filter(idea_id=target_id, member_id__in=member_ids, cause__in=[Cause.CAST, Cause.WITHDRAWN])
    return dict(own.order_by().values_list("member_id").annotate(Max("id")))


def _heirs(target_id: int, member_ids: Collection[int], decided: Mapping[int, int]) -> list[VoteEntry]:
    """Return, of members whose vote leaves the target, what another merge into it took elsewhere. Queries: 1."""
    entries = VoteEntry.objects.filter(
        merge__target_id=target_id, merge__undone_at=None, delta=-1, cause=Cause.MERGED, member_id__in=member_ids
    ).exclude(idea_id=target_id)
    first: dict[int, VoteEntry] = {}
    for entry in entries.select_related("merge").order_by("id"):
        if decided.get(entry.member_id, 0) < entry.pk:
            first.setdefault(entry.member_id, entry)
    return list(first.values())


def _entry(vote: Vote | VoteEntry, idea_id: int, delta: int, cause: str, merge: Merge | None) -> VoteEntry:
    return VoteEntry(
        idea_id=idea_id,
        member_id=vote.member_id,
        delta=delta,
        cause=cause,
        cast_by_id=vote.cast_by_id,
        merge=merge,
        voted_at=vote.voted_at,
    )


def _entries_add(entries: Iterable[VoteEntry]) -> None:
    VoteEntry.objects.bulk_create(entries, batch_size=_CHUNK)


def _votes_add(idea_id: int, votes: Iterable[Vote | VoteEntry]) -> None:
    rows = [
        Vote(idea_id=idea_id, member_id=one.member_id, cast_by_id=one.cast_by_id, voted_at=one.voted_at)
        for one in votes
    ]
    Vote.objects.bulk_create(rows, batch_size=_CHUNK)


# Followers


def _follows_bring(merge: Merge) -> None:
    """Let the source's followers hear of the target, unless they said no there. Queries: 2."""
    following = IdeaFollow.objects.filter(idea_id=merge.source_id, is_on=True).order_by("pk")
    rows = [
        IdeaFollow(idea_id=merge.target_id, member_id=member_id, reason=IdeaFollow.Reason.MERGED, merge=merge)
        for member_id in following.values_list("member_id", flat=True)
    ]
    IdeaFollow.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_CHUNK)


def _follows_take(merge: Merge) -> None:
    """Take away what only this merge had brought; another merge into the target may stand for it. Queries: 4."""
    mine = IdeaFollow.objects.filter(idea_id=merge.target_id, merge=merge, reason=IdeaFollow.Reason.MERGED)
    others = Merge.objects.filter(target_id=merge.target_id, undone_at=None).order_by("pk")
    sources = {other.source_id: other for other in others}
    kept = IdeaFollow.objects.filter(idea_id__in=sources, is_on=True, member_id__in=mine.values("member_id")).order_by(
        "-idea_id"
    )
    heirs = {follow.member_id: sources[follow.idea_id] for follow in kept}
    mine.exclude(member_id__in=heirs).delete()
    left = list(mine)
    for follow in left:
        follow.merge = heirs[follow.member_id]
    IdeaFollow.objects.bulk_update(left, ["merge"], batch_size=_CHUNK)
