"""Who is on a thing, what is decided about it, and taking that back."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.activity.log import record
from community.activity.subjects import ReviewContext, Subject, subject_of
from community.core.errors import Conflict, Gone, Invalid
from community.members.models import Member
from community.moderation.activities import AuthorTold, ReviewDecided, ReviewUndone
from community.moderation.locks import review_lock
from community.moderation.models import Decision, Review
from community.moderation.permissions import moderate_check
from community.moderation.reasons import by_code
from community.moderation.services.flags import flags_reopen, flags_settle
from community.moderation.undoing import UNDO_WITHIN

CLAIM = timedelta(minutes=10)
Action = Decision.Action
TAKES_DOWN = {Action.REJECT, Action.HIDE}
TOLD = (Action.REJECT, Action.REVISE)
"""What its author hears of here; who is warned hears it at once, who is suspended at the door."""
NEEDS = {Action.REJECT: "hide", Action.HIDE: "hide", Action.REVISE: "revise"}
"""The command a subject must know for an action to make sense."""


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What a moderator decides."""

    action: str
    reason: str = ""
    message: str = ""
    """For the author, in their language; empty tells them nothing."""
    note: str = ""
    text: str = ""
    """The text as the moderator changed it, for REVISE."""
    batch: str = ""


def review_claim(*, actor: Member, review_id: int) -> bool:
    """Say that `actor` is on it for ten minutes; False when somebody else is. Raises: Denied. Queries: 1."""
    moderate_check(actor)
    now = timezone.now()
    free = Review.objects.waiting().filter(pk=review_id).free_for(actor.pk, now=now)
    return bool(free.update(claimed_by=actor, claimed_until=now + CLAIM))


def review_release(*, actor: Member, review_id: int) -> None:
    """Let somebody else have it. Raises: Denied. Idempotent: yes. Queries: 1."""
    moderate_check(actor)
    mine = Review.objects.waiting().filter(pk=review_id, claimed_by=actor)
    mine.update(claimed_by=None, claimed_until=None)


def review_decide(*, actor: Member, review_id: int, ruling: Ruling) -> Decision:
    """Decide what becomes of a thing, once: approve, reject (its author is told why), hide, or edit and approve.

    Raises: Denied; Conflict when it is decided already or somebody else is on it; Gone when the thing is;
        Invalid for a decision that this kind does not know.
    """
    moderate_check(actor)
    with transaction.atomic():
        review = _mine(actor, review_id)
        subject = subject_of(review.kind)
        _ruling_check(subject, ruling)
        context = subject.review_contexts([review.subject_id]).get(review.subject_id)
        if context is not None and context.state != "deleted":
            _apply(subject, review, context, actor, ruling)
            return _settled(actor, review, ruling, before=context.state)
        review_settle(review, actor_id=actor.pk, upheld=True)
    raise Gone(_("It is gone: its author deleted it meanwhile."))


def _mine(actor: Member, review_id: int) -> Review:
    """Lock an open review that nobody else is on. Raises: Conflict."""
    review = review_lock(review_id)
    if review.state != Review.State.OPEN:
        raise Conflict(_("This is decided already."))
    if review.claimed_by_id not in (None, actor.pk) and review.claimed_until and review.claimed_until > timezone.now():
        raise Conflict(_("Somebody else is on this at the moment."))
    return review


def _ruling_check(subject: Subject, ruling: Ruling) -> None:
    if ruling.action not in {Action.APPROVE, *NEEDS}:
        raise Invalid(_("There is no such decision."))
    needed = NEEDS.get(Action(ruling.action))
    if needed and needed not in subject.commands:
        raise Invalid(_("This cannot be done with it."))
    if ruling.reason and ruling.reason not in by_code:
        raise Invalid(_("There is no such reason."), field="reason")


def _apply(subject: Subject, review: Review, context: ReviewContext, actor: Member, ruling: Ruling) -> None:
    """Do to the thing what was decided."""
    if ruling.action in TAKES_DOWN:
        if context.state != "hidden":
            subject.hide(review.subject_id, actor_id=actor.pk)
        return
    if ruling.action == Action.REVISE:
        subject.revise(review.subject_id, actor=actor, text=ruling.text)
    if context.state == "held":
        subject.publish(review.subject_id, actor_id=actor.pk)
    elif context.state == "hidden":
        subject.restore(review.subject_id, actor_id=actor.pk)


def _settled(actor: Member, review: Review, ruling: Ruling, *, before: str) -> Decision:
    """Close the review and write the log."""
    review_close(review)
    flags_settle(review, upheld=ruling.action != Action.APPROVE)
    decision = Decision.objects.create(
        action=ruling.action,
        actor=actor,
        kind=review.kind,
        subject_id=review.subject_id,
        site_id=review.site_id,
        author_id=review.author_id,
        review=review,
        reason=ruling.reason,
        message=ruling.message.strip() if ruling.action in (Action.REJECT, Action.REVISE) else "",
        note=ruling.note.strip()[:500],
        before=before,
        batch=ruling.batch or token_hex(8),
    )
    decided = ReviewDecided(decision_id=decision.pk, action=ruling.action, author_id=review.author_id)
    record(decided, subject_id=review.pk, actor_id=actor.pk)
    return decision


def review_close(review: Review) -> None:
    """Settle a locked review and free it. Queries: 1."""
    review.state, review.settled_at = Review.State.SETTLED, timezone.now()
    review.claimed_by, review.claimed_until = None, None
    review.save(update_fields=["state", "settled_at", "claimed_by", "claimed_until"])


def review_settle(review: Review, *, actor_id: int | None, upheld: bool) -> None:
    """Close a locked review about a thing that was dealt with on its own page. Queries: 3."""
    review_close(review)
    flags_settle(review, upheld=upheld)
    Decision.objects.create(
        action=Action.ELSEWHERE,
        actor_id=actor_id,
        kind=review.kind,
        subject_id=review.subject_id,
        site_id=review.site_id,
        author_id=review.author_id,
        review=review,
    )


def review_note(*, actor: Member, review_id: int, note: str) -> None:
    """Leave a note for the team on an open review. Raises: Denied, Invalid."""
    if not note.strip():
        raise Invalid(_("Write the note first."), field="note")
    _logged(actor, review_id, Action.NOTE, note.strip()[:500])


def review_skip(*, actor: Member, review_id: int) -> None:
    """Leave it to somebody else: for half an hour it does not come back to `actor`. Raises: Denied."""
    _logged(actor, review_id, Action.SKIP, "")
    review_release(actor=actor, review_id=review_id)


def _logged(actor: Member, review_id: int, action: str, note: str) -> None:
    moderate_check(actor)
    review = Review.objects.get(pk=review_id)
    Decision.objects.create(
        action=action,
        actor=actor,
        kind=review.kind,
        subject_id=review.subject_id,
        site_id=review.site_id,
        author_id=review.author_id,
        review=review,
        note=note,
    )


def decision_undo(*, actor: Member, batch: str) -> list[Review]:
    """Take back what one press decided, within 30 seconds: things, reports and queue are as before, the log says both.

    Raises: Denied; Conflict when it is too late, or undone already. Returns the reviews, open again and `actor`'s.
    """
    moderate_check(actor)
    with transaction.atomic():
        made = Decision.objects.filter(actor=actor, batch=batch, undoes=None, review__isnull=False)
        ids = list(made.values_list("review_id", flat=True))
        reviews = {review_id: review_lock(review_id) for review_id in sorted(ids)}
        decisions = list(made.filter(undone=None).order_by("-pk"))
        if not decisions:
            raise Conflict(_("This is undone already."))
        if any(decision.at < timezone.now() - UNDO_WITHIN for decision in decisions):
            raise Conflict(_("This is too long ago to undo; decide it anew on its page."))
        return [_undo(actor, decision, reviews[decision.review_id or 0]) for decision in decisions]


def _undo(actor: Member, decision: Decision, review: Review) -> Review:
    subject, subject_id = subject_of(decision.kind), decision.subject_id
    context = subject.review_contexts([subject_id]).get(subject_id)
    if context is not None and context.state != decision.before:
        command = {"held": subject.hold, "visible": subject.restore, "hidden": subject.hide}[decision.before]
        command(subject_id, actor_id=actor.pk)
    flags_reopen(review)
    review.state, review.settled_at = Review.State.OPEN, None
    review.claimed_by, review.claimed_until = actor, timezone.now() + CLAIM
    review.save(update_fields=["state", "settled_at", "claimed_by", "claimed_until"])
    Decision.objects.create(
        action=Action.UNDO,
        actor=actor,
        kind=decision.kind,
        subject_id=subject_id,
        site_id=decision.site_id,
        author_id=decision.author_id,
        review=review,
        undoes=decision,
    )
    record(ReviewUndone(decision_id=decision.pk), subject_id=review.pk, actor_id=actor.pk)
    return review


def authors_tell() -> int:
    """Tell authors what was decided about their texts, once it can no longer be undone; return how many."""
    before = timezone.now() - UNDO_WITHIN
    due = Decision.objects.filter(told_at=None, at__lte=before, action__in=TOLD).exclude(message="")
    told = 0
    for decision in due.filter(undone=None, author__isnull=False).order_by("at")[:200]:
        with transaction.atomic():
            if Decision.objects.filter(pk=decision.pk, told_at=None).update(told_at=timezone.now()):
                payload = AuthorTold(author_id=decision.author_id or 0, action=str(decision.action))
                key = f"moderation.author_told:{decision.pk}"
                record(payload, subject_id=decision.pk, actor_id=decision.actor_id, dedupe_key=key)
                told += 1
    return told
