"""Who hears of an idea."""

from django.db import transaction

from community.activity.log import record
from community.members.models import Member
from ideas.activities import IdeaFollowed, IdeaUnfollowed
from ideas.locks import idea_lock
from ideas.models import Idea, IdeaFollow
from ideas.permissions import idea_follow_check

Reason = IdeaFollow.Reason


def idea_follow(*, member: Member, idea_id: int, wanted: bool, origin: str = "web") -> Idea:
    """Hear of an idea from now on, or no more, by the member's own choice.

    Raises: Idea.DoesNotExist, Denied. Idempotent: yes. Queries: 7 or less.
    """
    with transaction.atomic():
        idea = idea_lock(idea_id)
        idea_follow_check(member, idea)
        row = IdeaFollow.objects.filter(idea=idea, member=member).first()
        followed = row is not None and row.is_on
        row = row or IdeaFollow(idea=idea, member=member)
        row.is_on, row.reason = wanted, Reason.CHOSEN
        row.save()
        if followed != wanted:
            payload = (IdeaFollowed if wanted else IdeaUnfollowed)(author_id=idea.author_id)
            record(payload, subject_id=idea.pk, actor_id=member.pk, origin=origin)
    return idea


def follow_automatically(idea_id: int, member_id: int, *, reason: str) -> None:
    """Make a member follow because of `reason`, unless they follow already or chose not to. Queries: 1."""
    row = IdeaFollow(idea_id=idea_id, member_id=member_id, reason=reason)
    IdeaFollow.objects.bulk_create([row], ignore_conflicts=True)


def follow_withdraw(idea_id: int, member_id: int, *, reason: str) -> None:
    """Stop following where `reason`, now gone, was why. Queries: 1."""
    IdeaFollow.objects.filter(idea_id=idea_id, member_id=member_id, reason=reason).delete()
