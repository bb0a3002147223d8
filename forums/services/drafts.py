"""Texts not sent yet, kept on the server so that they are there on every device."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.errors import Invalid
from community.core.markup import MAX_LENGTH
from community.members.models import Member
from community.members.permissions import member_write_check
from forums.errors import DraftConflict
from forums.locks import draft_lock
from forums.models import TITLE_LENGTH, Draft

KEPT = timedelta(days=180)
_CONTEXT = re.compile(r"ask(:[\w-]{1,60})?|reply:[0-9]{1,18}|edit:[0-9]{1,18}")


def draft_save(
    *,
    member: Member,
    context: str,
    sequence: int,
    title: str = "",
    body: str = "",
    tags: Sequence[str] = (),
    base: int = 0,
) -> Draft:
    """Save a draft over the one the member has seen.

    Args:
        context: the form it belongs to: `ask`, `ask:<category slug>`, `reply:<topic id>`, `edit:<post id>`.
        sequence: of the draft this text grew from; 0 when there was none.
        base: for an edit, the edit number of the post it began from.
    Returns: the draft with its new sequence.
    Raises: DraftConflict with the stored draft when another window saved, sent or discarded it since; Denied, Invalid.
    Idempotent: sending the same text twice is no conflict. Queries: 3 or less.
    """
    member_write_check(member)
    if not _CONTEXT.fullmatch(context):
        raise Invalid(_("There is no such form."))
    if len(body) > MAX_LENGTH or len(title) > TITLE_LENGTH or len(tags) > 20:
        raise Invalid(_("This draft is too long to keep."), field="body")
    text: dict[str, object] = {"title": title, "body": body, "tags": [str(tag)[:60] for tag in tags]}
    try:
        with transaction.atomic():
            return _save(member, context, sequence, text, base)
    except IntegrityError as both_first:
        raise DraftConflict(Draft.objects.filter(member=member, context=context).first()) from both_first


def _save(member: Member, context: str, sequence: int, text: dict[str, object], base: int) -> Draft:
    draft = draft_lock(member.pk, context)
    if draft and all(getattr(draft, name) == value for name, value in text.items()):
        return draft
    if (draft.sequence if draft else 0) != sequence:
        raise DraftConflict(draft)
    if draft is None:
        draft = Draft(member=member, context=context)
    for name, value in text.items():
        setattr(draft, name, value)
    draft.sequence, draft.base, draft.updated_at = sequence + 1, base, timezone.now()
    draft.save()
    return draft


def draft_discard(*, member: Member, context: str, sequence: int | None = None) -> None:
    """Throw a draft away. Raises: DraftConflict when `sequence` is given and another window saved since.

    Idempotent: yes. Queries: 2.
    """
    with transaction.atomic():
        draft = draft_lock(member.pk, context)
        if draft is None:
            return
        if sequence is not None and draft.sequence != sequence:
            raise DraftConflict(draft)
        draft.delete()


def drafts_expire() -> int:
    """Delete drafts nobody touched for 180 days; return how many. Idempotent: yes."""
    return Draft.objects.filter(updated_at__lt=timezone.now() - KEPT).delete()[0]


def drafts_end(ended: Mapping[int, datetime], *, context: str) -> None:
    """Delete the drafts of these members that were not touched since; who writes on meanwhile keeps their text.

    Args:
        ended: member id to the moment their question was answered.
    Idempotent: yes. Queries: 1, none for nobody.
    """
    which = Q()
    for member_id, at in ended.items():
        which |= Q(member_id=member_id, updated_at__lte=at)
    if which:
        Draft.objects.filter(which, context=context).delete()
