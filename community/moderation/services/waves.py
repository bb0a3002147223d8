"""Hiding a spam wave in one press."""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

from community.activity.subjects import subject_of
from community.core.errors import Conflict, Gone
from community.members.models import Member
from community.moderation.models import Decision
from community.moderation.permissions import moderate_check
from community.moderation.reasons import template_text
from community.moderation.services.opening import review_open
from community.moderation.services.reviews import Ruling, review_decide
from community.moderation.services.sanctions import member_suspend_for
from community.moderation.things import Thing

WAVE_REASON = "spam"
SUSPENDED_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class WaveOutcome:
    """What a press did."""

    hidden: int
    left: int
    """Things somebody else was on, or that were gone."""
    suspended: int


def wave_hide(*, actor: Member, things: Sequence[Thing], authors: Sequence[Member], suspend: bool) -> WaveOutcome:
    """Hide every one of `things`, in one batch that one press undoes; suspend `authors` for a week.

    Args:
        suspend: whether `authors` are suspended, told why in their language.
    Raises: Denied. Each thing is a transaction of its own.
    """
    moderate_check(actor)
    batch, hidden = token_hex(8), 0
    ruling = Ruling(action=Decision.Action.HIDE, reason=WAVE_REASON, batch=batch)
    for kind, subject_id in things:
        context = subject_of(kind).review_contexts([subject_id]).get(subject_id)
        if context is None:
            continue
        review = review_open(kind=kind, subject_id=subject_id, site_id=context.site_id, author_id=context.author_id)
        try:
            review_decide(actor=actor, review_id=review.pk, ruling=ruling)
        except (Conflict, Gone):
            continue
        hidden += 1
    for member in authors if suspend else ():
        message = template_text(WAVE_REASON, member.language)
        member_suspend_for(actor=actor, member=member, reason=WAVE_REASON, message=message, days=SUSPENDED_DAYS)
    return WaveOutcome(hidden=hidden, left=len(things) - hidden, suspended=len(authors) if suspend else 0)
