"""How a thing comes before a moderator."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from community.moderation.locks import review_of_thing_lock
from community.moderation.models import Review
from community.moderation.rules import settings_of


def review_open(
    *, kind: str, subject_id: int, site_id: int | None, author_id: int | None, reasons: Iterable[str] = ()
) -> Review:
    """Return the open review of a thing, making one if there is none; `reasons` are added. Idempotent: yes.

    Call it in the transaction of what brings the thing here. Queries: 3 or less; 5 when two come at once.
    """
    review = review_of_thing_lock(kind, subject_id)
    if review is None:
        try:
            with transaction.atomic():
                return _create(kind, subject_id, site_id, author_id, list(reasons))
        except IntegrityError:  # somebody else brought it here at this moment
            review = review_of_thing_lock(kind, subject_id)
            if review is None:
                raise
    more = [reason for reason in reasons if reason not in review.reasons]
    if more:
        review.reasons = [*review.reasons, *more]
        review.save(update_fields=["reasons"])
    return review


def _create(kind: str, subject_id: int, site_id: int | None, author_id: int | None, reasons: list[str]) -> Review:
    now = timezone.now()
    return Review.objects.create(
        kind=kind,
        subject_id=subject_id,
        site_id=site_id,
        author_id=author_id,
        reasons=reasons,
        opened_at=now,
        due_at=now + timedelta(minutes=settings_of(site_id).target_minutes),
    )
