"""People the CRM knew before us: found by their confirmed address, and taken over when there is no doubt who is meant.

Only a record without any key is a candidate: one that carries a key belongs to somebody. Two candidates are one too
many, and so are two members who would take the same record: then nothing is sent and a person decides.
"""

from collections import Counter
from collections.abc import Sequence

from community.work.outcomes import Dead
from crm_sync.connectors.base import CONTACT, KindSupport, RemoteRecord
from crm_sync.engine.packing import Intent, Settlement
from crm_sync.engine.session import Session
from crm_sync.errors import Duplicate
from crm_sync.models import Link


def matchable(session: Session, support: KindSupport, intents: Sequence[Intent]) -> list[Intent]:
    """Return the new people among `intents` whose address is confirmed, where CRM and administrator allow a match."""
    if not support.match_email or session.crm.options.get("match_email") is False:
        return []
    return [
        intent
        for intent in intents
        if intent.is_create and not intent.erase and intent.values.get("email") and intent.values.get("email_verified")
    ]


def match(session: Session, support: KindSupport, intents: Sequence[Intent]) -> list[Settlement]:
    """Look people up by address; mark intents that take a record over, settle those that a person must decide.

    Queries: 1, and one call. Raises: CrmError of the look-up.
    """
    by_mail = {str(intent.values["email"]).lower(): intent for intent in intents}
    if not by_mail:
        return []
    with session.call("match", CONTACT, rows=len(by_mail)):
        found = session.connector.match(sorted(by_mail))
    free = _unclaimed(session, support, found)
    wanted = Counter(record.remote_id for records in free.values() for record in records)
    settled = []
    for mail, records in free.items():
        intent = by_mail[mail]
        if len(records) == 1 and wanted[records[0].remote_id] == 1:
            intent.adopt(records[0])
        elif records:
            settled.append(_undecided(session, intent, records))
    return settled


def _unclaimed(
    session: Session, support: KindSupport, found: dict[str, list[RemoteRecord]]
) -> dict[str, list[RemoteRecord]]:
    """Drop what carries a key or is linked to one of ours already."""
    ids = {record.remote_id for records in found.values() for record in records if not record.key}
    linked = set(
        Link.objects.filter(connection=session.crm, remote_type=support.remote_type, remote_id__in=ids).values_list(
            "remote_id", flat=True
        )
    )
    return {
        mail: [record for record in records if not record.key and record.remote_id not in linked and record.active]
        for mail, records in found.items()
    }


def _undecided(session: Session, intent: Intent, records: Sequence[RemoteRecord]) -> Settlement:
    ids = ", ".join(record.remote_id for record in records)
    link = intent.link
    link.state, link.detail = Link.State.CONFLICT, f"match: {ids}"[:200]
    settlement = Settlement(intent.item, Dead("match"), link, "failed", Duplicate(ids, field="email"))
    settlement.attempt_id = session.last_attempt_id
    return settlement
