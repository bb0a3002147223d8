"""Voting for a customer who said so elsewhere: on a call, in a mail, at a fair."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.activity.log import record
from community.core.errors import Invalid
from community.members.models import Member
from ideas.activities import VoteCast
from ideas.locks import idea_lock
from ideas.models import IdeaFollow, VoteEntry, VoteNote
from ideas.permissions import customer_vote_check, vote_for_check
from ideas.services.following import follow_automatically
from ideas.services.ledger import vote_add

REASON_LENGTH = 500


def vote_for(*, member: Member, idea_id: int, customer: Member, reason: str, origin: str = "web") -> VoteEntry:
    """Cast the vote of `customer`, who sees it, hears of the idea and may take the vote back.

    Raises: Idea.DoesNotExist, Denied; Invalid without a reason, or when the customer votes for it already.
        Queries: 10 or less.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(_("Say where the customer asked for it."), field="reason")
    if len(reason) > REASON_LENGTH:
        raise Invalid(_("At most %(count)d characters.") % {"count": REASON_LENGTH}, field="reason")
    with transaction.atomic():
        idea = idea_lock(idea_id)
        vote_for_check(member, idea)
        customer_vote_check(customer, idea)
        entry = vote_add(idea, customer.pk, voted_at=timezone.now(), cast_by_id=member.pk)
        if entry is None:
            raise Invalid(_("This customer votes for it already."), field="customer")
        VoteNote.objects.create(entry=entry, text=reason)
        follow_automatically(idea.pk, customer.pk, reason=IdeaFollow.Reason.VOTED)
        payload = VoteCast(author_id=idea.author_id, voter_id=customer.pk)
        record(payload, subject_id=idea.pk, actor_id=member.pk, origin=origin)
    return entry
