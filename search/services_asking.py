"""The good end of asking: a suggestion answered it."""

from typing import Any

from django.db import transaction

from community.activity.log import record
from community.activity.subjects import subject_of
from community.core.errors import Denied
from search.activities import HelpAnswered
from search.services_events import Thing, answered_log
from search.services_visitors import Person


def help_answered(*, person: Person, viewer: Any, key: int, source: Thing) -> bool:
    """Store that `source` answered what `viewer` was about to ask; their draft ends, its author is thanked.

    Returns: False when `source` was never suggested to this person under `key`, and nothing is stored.
    Idempotent: yes, however often it is pressed. Queries: 5 or less, and those of the thanks.
    """
    is_member = person.member_id is not None
    with transaction.atomic():
        if not answered_log(person=person, key=key, thing=source):
            return False
        if is_member:
            record(
                HelpAnswered(source_kind=source[0], source_id=source[1], help_id=key),
                subject_id=viewer.pk,
                actor_id=viewer.pk,
                dedupe_key=f"search.help_answered:{key}",
            )
    if is_member:
        _thank(viewer, source)
    return True


def _thank(member: Any, source: Thing) -> None:
    """Thank whoever wrote it, where that kind of thing knows how and the member may: never oneself."""
    try:
        subject_of(source[0]).thank(source[1], actor_id=member.pk)
    except (NotImplementedError, LookupError, Denied):
        return
