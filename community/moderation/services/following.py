"""The queue follows the log: what is held comes in, what was dealt with on its own page goes out."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from community.activity.subjects import ReviewContext
from community.moderation.models import Decision, Flag, ModerationSettings, Review
from community.moderation.things import Thing, contexts_of


def reviews_follow(held: Sequence[tuple[str, int, Sequence[str]]], touched: Mapping[Thing, int | None]) -> None:
    """Open a review of each held thing; close those whose things are no longer what brought them here.

    Args:
        held: kind, id and reasons of what was held.
        touched: everything the batch is about, with who did it.
    Idempotent: yes. Queries: 5 and those of the subjects, 3 more when something closes.
    """
    contexts = contexts_of(touched)
    _open([row for row in held if _state(contexts, row[:2]) == "held"], contexts)
    wanted = Q()
    for kind, subject_id in touched:
        wanted |= Q(kind=kind, subject_id=subject_id)
    waiting = Review.objects.select_for_update().waiting().filter(wanted).order_by("pk")
    done = [row for row in waiting if _is_dealt_with(row, _state(contexts, (row.kind, row.subject_id)))]
    if done:
        _close(done, contexts, touched)


def _state(contexts: Mapping[Thing, ReviewContext], thing: Thing) -> str:
    return contexts[thing].state if thing in contexts else "deleted"


def _open(held: Sequence[tuple[str, int, Sequence[str]]], contexts: Mapping[Thing, ReviewContext]) -> None:
    """Make the missing reviews. Queries: 2."""
    if not held:
        return
    targets = dict(ModerationSettings.objects.values_list("site_id", "target_minutes"))
    default, now = ModerationSettings().target_minutes, timezone.now()
    rows = {}
    for kind, subject_id, reasons in held:
        context = contexts[kind, subject_id]
        rows[kind, subject_id] = Review(
            kind=kind,
            subject_id=subject_id,
            site_id=context.site_id,
            author_id=context.author_id,
            reasons=list(reasons),
            opened_at=now,
            due_at=now + timedelta(minutes=targets.get(context.site_id or 0, default)),
        )
    Review.objects.bulk_create(rows.values(), ignore_conflicts=True)


def _is_dealt_with(review: Review, state: str) -> bool:
    """Tell whether nothing is left to decide: gone, shown after being held or hidden, hidden by a person."""
    if state == "visible":
        return review.hid or (bool(review.reasons) and review.score == 0)
    return state == "deleted" or (state == "hidden" and not review.hid)


def _close(done: list[Review], contexts: Mapping[Thing, ReviewContext], touched: Mapping[Thing, int | None]) -> None:
    """Settle these reviews and their reports. Queries: 4."""
    now = timezone.now()
    kept = [review.pk for review in done if _state(contexts, (review.kind, review.subject_id)) == "visible"]
    ids = [review.pk for review in done]
    flags = Flag.objects.waiting().filter(review__in=ids)
    flags.filter(review__in=kept).update(state=Flag.State.REFUSED, settled_at=now)
    flags.exclude(review__in=kept).update(state=Flag.State.UPHELD, settled_at=now)
    Review.objects.filter(pk__in=ids).update(
        state=Review.State.SETTLED, settled_at=now, claimed_by=None, claimed_until=None
    )
    Decision.objects.bulk_create(
        Decision(
            action=Decision.Action.ELSEWHERE,
            actor_id=touched[review.kind, review.subject_id],
            kind=review.kind,
            subject_id=review.subject_id,
            site_id=review.site_id,
            author_id=review.author_id,
            review=review,
        )
        for review in done
    )
