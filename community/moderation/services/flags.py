"""Reporting a thing; from a certain weight on it is hidden until somebody has looked."""

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.activity.log import record
from community.activity.subjects import ReviewContext, subject_of
from community.core.errors import Invalid
from community.members.contributions import contributions_of
from community.members.models import Member
from community.moderation.activities import FlagRaised, FlagSettled
from community.moderation.flagging import flaggable_thing
from community.moderation.locks import review_lock
from community.moderation.models import Flag, Review
from community.moderation.rules import settings_of
from community.moderation.screens import NEWCOMER_POSTS
from community.moderation.services.opening import review_open
from community.moderation.undoing import UNDO_WITHIN
from community.moderation.weights import weight_of

TEXT_LENGTH = 500
TOLD_AT_ONCE = 200


def flag_create(
    *, member: Member, kind: str, subject_id: int, reason: str, text: str = "", origin: str = "web"
) -> Flag:
    """Report a thing; the same member reports a thing once until somebody has looked, and gets that report again.

    Raises: LookupError when there is no such thing for the member; Denied, Invalid. Idempotent: yes. Queries: about 20.
    """
    kind, subject_id, context = flaggable_thing(member=member, kind=kind, subject_id=subject_id)
    if reason not in Flag.Reason.values:
        raise Invalid(_("Choose what is wrong with it."), field="reason")
    if reason == Flag.Reason.OTHER and not text.strip():
        raise Invalid(_("Say in a few words what is wrong with it."), field="text")
    weight = _weight(member)
    try:
        with transaction.atomic():
            review = review_open(kind=kind, subject_id=subject_id, site_id=context.site_id, author_id=context.author_id)
            before: Flag | None = Flag.objects.waiting().filter(member=member, kind=kind, subject_id=subject_id).first()
            if before is not None:
                return before
            flag = Flag.objects.create(
                review=review,
                member=member,
                kind=kind,
                subject_id=subject_id,
                reason=reason,
                text=text.strip()[:TEXT_LENGTH],
                weight=weight,
            )
            raised = FlagRaised(review_id=review.pk, reason=reason)
            record(raised, subject_id=flag.pk, actor_id=member.pk, origin=origin)
            _weigh(review, context)
    except IntegrityError:  # sent twice at once
        flag = Flag.objects.waiting().get(member=member, kind=kind, subject_id=subject_id)
    return flag


def _weight(member: Member) -> int:
    """Return how much a report of this member counts. Queries: 4 or so, 0 for colleagues."""
    if member.roles:
        return weight_of(is_staff=True, is_known=True, upheld=0, refused=0)
    states = list(Flag.objects.filter(member=member).order_by("-id").values_list("state", flat=True)[:200])
    known = member.trust_level > 0 or contributions_of([member.pk])[member.pk].get("posts", 0) >= NEWCOMER_POSTS
    return weight_of(
        is_staff=False,
        is_known=known,
        upheld=states.count(Flag.State.UPHELD),
        refused=states.count(Flag.State.REFUSED),
    )


def _weigh(review: Review, context: ReviewContext) -> None:
    """Add up the open reports and hide the thing when they weigh enough; never a colleague's. Queries: 2 to 20."""
    review.score = Flag.objects.waiting().filter(review=review).aggregate(total=Sum("weight"))["total"] or 0
    subject = subject_of(review.kind)
    heavy = review.score >= settings_of(review.site_id).hide_score
    by_staff = Member.objects.filter(pk=context.author_id).exclude(roles=[]).exists()
    if heavy and not review.hid and not by_staff and "hide" in subject.commands:
        subject.hide(review.subject_id, actor_id=None)
        review.hid = True
    review.save(update_fields=["score", "hid"])


def flags_settle(review: Review, *, upheld: bool) -> None:
    """Give the open reports of a review that was just settled their outcome; it is told later. Queries: 1."""
    state = Flag.State.UPHELD if upheld else Flag.State.REFUSED
    Flag.objects.waiting().filter(review=review).update(state=state, settled_at=review.settled_at)


def flags_reopen(review: Review) -> None:
    """Let the reports of a locked review wait again: the decision on them was undone. Queries: 1."""
    settled = Flag.objects.filter(review=review, settled_at=review.settled_at, told_at=None)
    settled.update(state=Flag.State.OPEN, settled_at=None)


def flags_tell() -> int:
    """Record the outcome of reports that can no longer be undone; return how many. Idempotent: yes."""
    due = Q(told_at=None, settled_at__lte=timezone.now() - UNDO_WITHIN) & ~Q(state=Flag.State.OPEN)
    told = 0
    for flag_id, review_id in list(Flag.objects.filter(due).values_list("pk", "review_id")[:TOLD_AT_ONCE]):
        with transaction.atomic():
            review_lock(review_id)
            flag = Flag.objects.filter(due, pk=flag_id).first()
            if flag is None:
                continue
            flag.told_at = timezone.now()
            flag.save(update_fields=["told_at"])
            settled = FlagSettled(member_id=flag.member_id, upheld=flag.state == Flag.State.UPHELD)
            record(settled, subject_id=flag.pk, actor_id=None, dedupe_key=f"moderation.flag_settled:{flag.pk}")
            told += 1
    return told
