"""Consent per purpose; export and erasure of a member over what every app registered."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from community.activity.log import record
from community.core.collectors import collectors
from community.privacy.activities import ConsentChanged
from community.privacy.models import Consent

CRM_SYNC = "crm_sync"
"""Posts and profile may be connected with the member's record in the company's CRM."""
PURPOSES = frozenset({CRM_SYNC})


def consent_set(*, member_id: int, purpose: str, given: bool, origin: str = "web") -> bool:
    """Keep a member's answer for `purpose`; return whether it is another than before. Idempotent: yes.

    Raises: LookupError for a purpose nobody declared.
    """
    if purpose not in PURPOSES:
        raise LookupError(purpose)
    with transaction.atomic():
        before = Consent.objects.filter(member_id=member_id, purpose=purpose).values_list("given", flat=True).first()
        if before == given:
            return False
        Consent.objects.update_or_create(
            member_id=member_id, purpose=purpose, defaults={"given": given, "changed_at": timezone.now()}
        )
        record(ConsentChanged(purpose=purpose, given=given), subject_id=member_id, actor_id=member_id, origin=origin)
    return True


def consents_of(member_ids: Collection[int], purpose: str) -> dict[int, bool]:
    """Return the answers of those who answered; who was never asked is absent. Queries: 1."""
    rows = Consent.objects.filter(member_id__in=member_ids, purpose=purpose)
    return dict(rows.values_list("member_id", "given"))


def export_member(member_id: int) -> dict[str, Any]:
    """Return everything every app holds about a member, ready for JSON, by app. Queries: those of the collectors."""
    return {
        "exported_at": timezone.now().isoformat(),
        "member_id": member_id,
        "data": {name: dict(collector.export(member_id)) for name, collector in sorted(collectors.items())},
    }


def erase_member(member_id: int) -> None:
    """Erase what every app holds about a member, all or nothing. Idempotent: yes.

    `members` goes last: it overwrites the person and records `members.member_erased`, which whoever holds a copy
    outside (the CRM, the search index) obeys.
    """
    with transaction.atomic():
        for name in sorted(collectors, key=lambda name: (name == "members", name)):
            collectors[name].erase(member_id)
