"""What becomes of a change that waited: it is made, dropped, or waits again."""

from django.db import transaction

from community.activity.subjects import subject_of
from community.moderation.models import HeldChange

State = HeldChange.State


def change_publish(change_id: int) -> None:
    """Make a change. Raises: LookupError when it or its thing is gone; Conflict. Idempotent: yes."""
    with transaction.atomic():
        held = _locked(change_id)
        if held.state == State.APPLIED:
            return
        subject = subject_of(held.kind)
        held.previous = dict(subject.change_apply(held.subject_id, held.change, author_id=held.author_id))
        held.state = State.APPLIED
        held.save(update_fields=["state", "previous"])


def change_drop(change_id: int) -> None:
    """Let a change that waits never happen. Raises: LookupError when it is gone. Idempotent: yes."""
    with transaction.atomic():
        held = _locked(change_id)
        if held.state == State.HELD:
            held.state = State.DROPPED
            held.save(update_fields=["state"])


def change_hold_again(change_id: int) -> None:
    """Let a decided change wait again. Raises: LookupError when it is gone; Conflict. Idempotent: yes."""
    with transaction.atomic():
        held = _locked(change_id)
        if held.state == State.APPLIED and held.previous is not None:
            subject_of(held.kind).change_revert(held.subject_id, held.previous, author_id=held.author_id)
        held.state, held.previous = State.HELD, None
        held.save(update_fields=["state", "previous"])


def _locked(change_id: int) -> HeldChange:
    try:
        held: HeldChange = HeldChange.objects.select_for_update().get(pk=change_id)
    except HeldChange.DoesNotExist as gone:
        raise LookupError(f"change {change_id} is gone") from gone
    return held
