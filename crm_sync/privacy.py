"""What the sync holds about a member, exported and erased; and the erasure set going in every CRM."""

from collections.abc import Mapping
from typing import Any

from crm_sync.connectors.base import CONTACT
from crm_sync.marking import records_mark
from crm_sync.models import AttemptRow, CrmTimeline, Link, StaffAct, WriteLedger
from crm_sync.models.work import ERASE
from crm_sync.purging import attempts_purge


class CrmSyncCollector:
    """Links, queued notes, records of calls, and what a colleague wrote beside an act."""

    name = "crm_sync"
    models: tuple[str, ...] = (
        "crm_sync.Link",
        "crm_sync.CrmDirty",
        "crm_sync.CrmTimeline",
        "crm_sync.Attempt",
        "crm_sync.AttemptRow",
        "crm_sync.StaffAct",
    )

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return which CRMs hold a record of the member, what was last sent when, and acts as staff. Queries: 3."""
        links = Link.objects.filter(contact_id=member_id).select_related("connection").order_by("pk")
        sent = AttemptRow.objects.filter(kind=CONTACT, object_id=member_id).order_by("-pk")[:100]
        return {
            "records": [
                {
                    "system": link.connection.name,
                    "kind": link.kind,
                    "remote_type": link.remote_type,
                    "remote_id": link.remote_id,
                    "state": link.state,
                    "agreed_values": link.base,
                    "sent_at": link.pushed_at.isoformat() if link.pushed_at else None,
                }
                for link in links
            ],
            "acts": [
                {"at": act.at.isoformat(), "action": act.action, "reason": act.reason}
                for act in StaffAct.objects.filter(actor_id=member_id).order_by("pk")
            ],
            "sent": [{"at": row.at.isoformat(), "action": row.action} for row in sent],
        }

    def erase(self, member_id: int) -> None:
        """Forget values, queued notes and words, and let every CRM that may hold the member overwrite its record.

        The link stays: it says which remote record is to be overwritten, and that it was. Idempotent: yes.
        """
        attempts_purge([member_id])
        CrmTimeline.objects.filter(contact_id=member_id).delete()
        WriteLedger.objects.filter(link__contact_id=member_id).delete()
        links = Link.objects.filter(kind=CONTACT, object_id=member_id)
        links.update(base={}, hashes={}, account_id="")
        StaffAct.objects.filter(actor_id=member_id).update(reason="")
        records_mark([(crm_id, CONTACT, member_id) for crm_id in _crms(member_id)], priority=ERASE)


def _crms(member_id: int) -> list[int]:
    """Return the connections in which anything of the member is, or may be."""
    linked = Link.objects.filter(contact_id=member_id).order_by().values_list("connection_id", flat=True)
    return sorted(set(linked))
