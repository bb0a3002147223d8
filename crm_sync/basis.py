"""Whose data may go to which CRM: the connection's legal basis, and the member's own choice above it."""

from collections.abc import Collection

from community.privacy.services import CRM_SYNC, consents_of
from crm_sync.models import Connection


def may_send(crm: Connection, member_ids: Collection[int]) -> frozenset[int]:
    """Return those of `member_ids` whose personal data may go to this CRM. Queries: 1.

    Under a contract everybody who has not said no; under consent only those who said yes.
    """
    answers = consents_of(member_ids, CRM_SYNC)
    unasked = crm.legal_basis == Connection.LegalBasis.CONTRACT
    return frozenset(member_id for member_id in member_ids if answers.get(member_id, unasked))
