"""One vote a member."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from community.activity.log import record
from community.members.models import Member
from ideas.activities import DuplicateAvoided, VoteCast, VoteWithdrawn
from ideas.locks import idea_lock
from ideas.models import Comment, Idea, IdeaFollow
from ideas.permissions import vote_cast_check, vote_withdraw_check
from ideas.services.comments import comment_create
from ideas.services.following import follow_automatically, follow_withdraw
from ideas.services.ledger import vote_add, vote_remove


def vote_set(
    *, member: Member, idea_id: int, wanted: bool, origin: str = "web", occurred_at: datetime | None = None
) -> Idea:
    """Vote for an idea (and then hear of it), or take the vote back.

    Args:
        wanted: what it shall be afterwards, so that pressing twice does no harm.
        occurred_at: aware; now unless told.
    Returns: the idea, counted.
    Raises: Idea.DoesNotExist, Denied. Idempotent: yes. Queries: 10 or less.
    """
    with transaction.atomic():
        idea = idea_lock(idea_id)
        if wanted:
            vote_cast_check(member, idea)
            changed = vote_add(idea, member.pk, voted_at=occurred_at or timezone.now())
        else:
            vote_withdraw_check(member, idea)
            changed = vote_remove(idea, member.pk)
        if changed is None:
            return idea
        if wanted:
            follow_automatically(idea.pk, member.pk, reason=IdeaFollow.Reason.VOTED)
        else:
            follow_withdraw(idea.pk, member.pk, reason=IdeaFollow.Reason.VOTED)
        payload = (VoteCast if wanted else VoteWithdrawn)(author_id=idea.author_id, voter_id=member.pk)
        record(payload, subject_id=idea.pk, actor_id=member.pk, origin=origin, occurred_at=occurred_at)
    return idea


def vote_instead(
    *, member: Member, idea_id: int, title: str, body: str, submission_key: str | None = None, origin: str = "web"
) -> Comment | None:
    """Vote for an idea that is there already instead of sharing another; what was typed becomes a comment on it.

    Args:
        submission_key: of the form for a new idea; sending the same one again makes no second comment.
    Returns: the comment, None when nothing was typed.
    Raises: Idea.DoesNotExist, Denied, Invalid. Idempotent: yes, with a key. Queries: 24 or less.
    """
    comment = None
    with transaction.atomic():
        idea = vote_set(member=member, idea_id=idea_id, wanted=True, origin=origin)
        said = "\n\n".join(text for text in (title.strip(), body.strip()) if text)
        if said:
            comment = comment_create(
                member=member, idea_id=idea_id, body=said, submission_key=submission_key, origin=origin
            )
        key = f"ideas.instead:{member.pk}:{submission_key}" if submission_key else None
        avoided = DuplicateAvoided(author_id=idea.author_id)
        record(avoided, subject_id=idea.pk, actor_id=member.pk, origin=origin, dedupe_key=key)
    return comment
