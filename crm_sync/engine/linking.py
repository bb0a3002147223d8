"""Links on their way to the table: written in one statement, one remote record to one of ours."""

from collections.abc import Sequence

from community.work.outcomes import Dead
from crm_sync.engine.packing import Settlement
from crm_sync.models import Connection, Link

SAVED = (
    "contact_id",
    "remote_type",
    "remote_id",
    "remote_url",
    "former_ids",
    "state",
    "detail",
    "adopted",
    "hashes",
    "base",
    "unknown_since",
    "unknown_count",
    "pushed_at",
)
"""What a settlement writes; the poll's own columns are left alone."""


def links_save(links: Sequence[Link]) -> None:
    """Write links, new ones and known ones alike. Queries: 1."""
    if links:
        Link.objects.bulk_create(
            sorted(links, key=lambda link: (link.kind, link.object_id)),
            update_conflicts=True,
            unique_fields=["connection", "kind", "object_id"],
            update_fields=SAVED,
        )


def link_reset(link: Link) -> None:
    """Forget a create or a taking over that certainly did not happen."""
    link.unknown_since, link.hashes = None, {}
    if link.adopted:
        link.adopted, link.base, link.remote_url = False, {}, ""


def distinct(crm: Connection, remote_type: str, settled: list[Settlement]) -> list[Settlement]:
    """Turn a remote record claimed by two of ours into a conflict, before the table refuses it. Queries: 1."""
    linked = {one.link.remote_id: one.link for one in settled if one.link and one.link.remote_id}
    taken = {
        str(remote_id): (kind, object_id)
        for remote_id, kind, object_id in Link.objects.filter(
            connection=crm, remote_type=remote_type, remote_id__in=linked
        ).values_list("remote_id", "kind", "object_id")
    }
    for settlement in settled:
        link = settlement.link
        if link is None or link.remote_id is None:
            continue
        first = taken.setdefault(link.remote_id, (link.kind, link.object_id))
        if first != (link.kind, link.object_id):
            link.state, link.detail = Link.State.CONFLICT, f"shared: {link.remote_id}"
            link.former_ids, link.remote_id = [*link.former_ids, link.remote_id], None
            settlement.outcome, settlement.wrote = Dead("duplicate"), {}
    return settled
