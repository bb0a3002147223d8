"""Row locks of moderation: a review before its flags and before the change it is about."""

from community.moderation.models import HELD_CHANGE, HeldChange, Review


def review_lock(review_id: int) -> Review:
    """Lock and load a review. Raises: Review.DoesNotExist. Queries: 1."""
    return Review.objects.select_for_update().get(pk=review_id)


def review_of_thing_lock(kind: str, subject_id: int) -> Review | None:
    """Lock and load the open review of a thing, None when there is none. Queries: 1."""
    return Review.objects.select_for_update().waiting().filter(kind=kind, subject_id=subject_id).first()


def held_change_lock(kind: str, subject_id: int, author_id: int) -> HeldChange | None:
    """Lock and load the change of one author that waits, its review first, None when there is none. Queries: 1 or 3."""
    waiting = HeldChange.objects.waiting().filter(kind=kind, subject_id=subject_id, author_id=author_id)
    change_id = waiting.values_list("pk", flat=True).first()
    if change_id is None:
        return None
    review_of_thing_lock(HELD_CHANGE, change_id)
    return waiting.select_for_update().filter(pk=change_id).first()
