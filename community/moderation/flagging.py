"""What a member may report, and what such a report is about."""

from community.activity.subjects import ReviewContext, Subject, subject_of
from community.core.audience import may_see
from community.members.audience import tokens_of
from community.members.models import Member
from community.moderation.permissions import flag_create_check


def flaggable_thing(*, member: Member, kind: str, subject_id: int) -> tuple[str, int, ReviewContext]:
    """Return what a member's report of a thing is about. Raises: LookupError when it is not for them; Denied."""
    subject = _flaggable(kind)
    kind, subject_id = subject.reviewed_as(subject_id)
    subject = _flaggable(kind)
    context = subject.review_contexts([subject_id]).get(subject_id)
    audience = subject.audience([subject_id]).get(subject_id, frozenset())
    if context is None or context.state != "visible" or not may_see(audience, tokens_of(member)):
        raise LookupError(f"{kind} {subject_id} is not here for member {member.pk}")
    flag_create_check(member, context.author_id)
    return kind, subject_id, context


def _flaggable(kind: str) -> Subject:
    subject = subject_of(kind)
    if not subject.flaggable:
        raise LookupError(f"{kind} cannot be reported")
    return subject
