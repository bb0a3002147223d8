"""From claimed rows to intents: render from current facts, drop what the CRM holds already, put parents first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from community.activity.contracts import CaseFacts, ContactFacts, IdeaFacts, VoteFacts
from community.work.outcomes import Dead, Done, Later, Outcome
from crm_sync.basis import may_send
from crm_sync.connectors.base import CASE, CONTACT, IDEA, VOTE, Capabilities, KindSupport, RemoteRecord, Row, Value
from crm_sync.engine.facts import facts_of
from crm_sync.engine.merging import KEPT, fields_left
from crm_sync.errors import CrmError
from crm_sync.identity import external_key
from crm_sync.models import Connection, CrmDirty, CrmTimeline, Link
from crm_sync.rendering import (
    COMES_BACK,
    Rendered,
    case_render,
    changed_fields,
    contact_render,
    hashes_of,
    idea_render,
    vote_render,
)

Item = CrmDirty | CrmTimeline
PARENT_WAIT_S = 1.0
MAX_UNKNOWN = 8


@dataclass
class Intent:
    """One record that should be sent."""

    item: Item
    link: Link
    key: str
    values: dict[str, Value]
    hashes: dict[str, str]
    changed: frozenset[str]
    parent_id: str | None = None
    erase: bool = False
    becomes: str = Link.State.LINKED
    """State of the link once the CRM said yes."""
    adopt_id: str | None = None
    """The record of the CRM's own that is to become ours."""
    account_id: str = ""

    def row(self) -> Row:
        """Return what the connector writes."""
        return Row(
            key=self.key,
            values=self.values,
            remote_id=self.link.remote_id or self.adopt_id,
            changed=self.changed,
            parent_id=self.parent_id,
            account_id=self.account_id,
            erase=self.erase,
            adopted=self.adopt_id is not None or (self.link.adopted and self.link.remote_id is not None),
        )

    def adopt(self, record: RemoteRecord) -> None:
        """Take `record` over: our key and our facts go there, what it says of the person stays as it is."""
        self.adopt_id = record.remote_id
        self.values = {name: value for name, value in self.values.items() if name not in KEPT}
        self.hashes = {name: digest for name, digest in self.hashes.items() if name not in KEPT}
        self.changed = self.changed - KEPT
        self.link.remote_url = record.url
        self.link.base = {name: record.values[name] for name in COMES_BACK[CONTACT] if name in record.values}

    @property
    def is_create(self) -> bool:
        """Whether the CRM does not hold it as far as we know."""
        return self.link.remote_id is None


@dataclass
class Settlement:
    """What became of one item, and what is to be stored with that."""

    item: Item
    outcome: Outcome
    link: Link | None = None
    action: str = ""
    """created, updated, unchanged, erased, failed; empty when nothing was sent."""
    error: CrmError | None = None
    wrote: dict[str, Value] = field(default_factory=dict)
    """Fields that come back by poll, with the value we wrote: for the write ledger."""
    attempt_id: int | None = None
    """The call it went through; None: no call was needed."""
    waits_for: tuple[str, int] | None = None
    """Kind and id of the parent it waits for."""


@dataclass(frozen=True)
class Packed:
    """What packing made of some items of one kind."""

    intents: list[Intent]
    settled: list[Settlement]


def later(item: Item, seconds: float, error: str, link: Link | None = None) -> Settlement:
    """Put an item back for some seconds; no attempt is counted."""
    return Settlement(item, Later(timezone.now() + timedelta(seconds=seconds), error), link)


def links_of(crm: Connection, kind: str, object_ids: Sequence[int]) -> dict[int, Link]:
    """Return the links of these objects. Queries: 1."""
    return {link.object_id: link for link in Link.objects.filter(connection=crm, kind=kind, object_id__in=object_ids)}


def records_pack(crm: Connection, capabilities: Capabilities, kind: str, items: Sequence[CrmDirty]) -> Packed:
    """Decide for each dirty record of one kind what is to be done. Queries: constant (facts, links, parents)."""
    ids = [item.object_id for item in items]
    facts = facts_of(crm, kind, ids)
    pack = _PACKS[kind](crm, capabilities.kinds[kind], facts)
    links = links_of(crm, kind, ids)
    intents, settled = [], []
    for item in items:
        packed = pack(item, links.get(item.object_id))
        if isinstance(packed, Intent):
            intents.append(packed)
        else:
            settled.append(packed)
    return Packed(intents, settled)


Pack = Callable[[Any, Link | None], Intent | Settlement]


def _contacts(crm: Connection, support: KindSupport, facts: dict[int, Any]) -> Pack:
    allowed = may_send(crm, facts.keys())

    def pack(item: Item, link: Link | None) -> Intent | Settlement:
        known: ContactFacts | None = facts.get(item.object_id)
        if known is None or known.erased:
            return _erasure(item, link, Link.State.ERASED)
        if item.object_id not in allowed:
            return _erasure(item, link, Link.State.WITHHELD)
        return intent_of(crm, item, link, CONTACT, contact_render(known), None)

    return pack


def _erasure(item: Item, link: Link | None, becomes: str) -> Intent | Settlement:
    """Take a person out of the CRM: erased with us, or no longer allowed there. Nothing sent, nothing to take out."""
    if link is not None and link.state == Link.State.CONFLICT:
        return Settlement(item, Dead("erasure"))  # which of the records is theirs, a person must say
    if link is None or (link.remote_id is None and link.unknown_since is None):
        if link is not None:
            link.state, link.hashes, link.base = becomes, {}, {}
        elif becomes == Link.State.WITHHELD:
            link = Link(
                connection_id=item.connection_id, kind=CONTACT, object_id=item.object_id, contact_id=item.object_id
            )
            link.state, link.detail = becomes, "basis"
        return Settlement(item, Done(), link, "unchanged")
    if link.state in (Link.State.ERASED, Link.State.GONE) or (link.state == becomes and not link.hashes):
        return Settlement(item, Done(), None, "unchanged")
    key = external_key(CONTACT, item.object_id)
    return Intent(item, link, key, {}, {}, frozenset(), erase=True, becomes=becomes)


def _cases(crm: Connection, support: KindSupport, facts: dict[int, Any]) -> Pack:
    allowed = may_send(crm, {known.contact_id for known in facts.values()})
    parents = links_of(crm, CONTACT, [known.contact_id for known in facts.values()])

    def pack(item: Item, link: Link | None) -> Intent | Settlement:
        known: CaseFacts | None = facts.get(item.object_id)
        if known is None:
            return Settlement(item, Done(), None, "unchanged")  # no longer a case: what the CRM holds stays its own
        personal = known.contact_id in allowed
        parent = parents.get(known.contact_id)
        is_there = link is not None and (link.remote_id or link.unknown_since)
        if not personal and support.parent_required and not is_there:
            return Settlement(item, Done(), _withheld(item, link, known.contact_id), "unchanged")
        rendered = case_render(known, personal=personal)
        if rendered.contact_id is None:
            parent_id = parent.remote_id if parent is not None and support.parent_required else None
            return intent_of(crm, item, link, CASE, rendered, parent_id)
        if parent is not None and parent.state == Link.State.ERASED:
            return intent_of(crm, item, link, CASE, case_render(known, personal=False), parent.remote_id)
        if parent is None or parent.state != Link.State.LINKED:
            return waiting(item, CONTACT, rendered.contact_id, "waits for its contact")
        return intent_of(crm, item, link, CASE, rendered, parent.remote_id)

    return pack


def _ideas(crm: Connection, support: KindSupport, facts: dict[int, Any]) -> Pack:
    def pack(item: Item, link: Link | None) -> Intent | Settlement:
        known: IdeaFacts | None = facts.get(item.object_id)
        if known is None or (not known.title and (link is None or link.remote_id is None)):
            return Settlement(item, Done(), None, "unchanged")  # gone, or out of sight before the CRM heard of it
        return intent_of(crm, item, link, IDEA, idea_render(known), None)

    return pack


def _votes(crm: Connection, support: KindSupport, facts: dict[int, Any]) -> Pack:
    parents = links_of(crm, IDEA, [known.idea_id for known in facts.values()])
    ours = f"crm:{crm.pk}:"

    def pack(item: Item, link: Link | None) -> Intent | Settlement:
        known: VoteFacts | None = facts.get(item.object_id)
        if known is None or (not known.voters and (link is None or link.remote_id is None)):
            return Settlement(item, Done(), None, "unchanged")
        parent = parents.get(known.idea_id)
        if parent is None or parent.state != Link.State.LINKED:
            return waiting(item, IDEA, known.idea_id, "waits for its idea")
        intent = intent_of(crm, item, link, VOTE, vote_render(known), parent.remote_id)
        if isinstance(intent, Intent) and known.account_key.startswith(ours):
            intent.account_id = known.account_key.removeprefix(ours)
        return intent

    return pack


_PACKS: dict[str, Callable[[Connection, KindSupport, dict[int, Any]], Pack]] = {
    CONTACT: _contacts,
    CASE: _cases,
    IDEA: _ideas,
    VOTE: _votes,
}


def waiting(item: Item, kind: str, object_id: int, words: str) -> Settlement:
    """Put an item back until its parent is there."""
    settlement = later(item, parent_wait_s(item), words)
    settlement.waits_for = kind, object_id
    return settlement


def _withheld(item: Item, link: Link | None, contact_id: int) -> Link:
    link = link or Link(connection_id=item.connection_id, kind=CASE, object_id=item.object_id, contact_id=contact_id)
    link.state, link.detail = Link.State.WITHHELD, "basis"
    return link


def intent_of(
    crm: Connection, item: Item, link: Link | None, kind: str, rendered: Rendered, parent_id: str | None
) -> Intent | Settlement:
    """Return the intent to send `rendered`, or its settlement when the CRM holds it already or a person must decide.

    Args:
        kind: of the link: contact, case, idea, vote, activity, day.
    """
    contact_id = rendered.contact_id if kind != CONTACT else item.object_id
    link = link or Link(connection=crm, kind=kind, object_id=item.object_id, contact_id=contact_id)
    link.contact_id = contact_id or link.contact_id
    if link.state in (Link.State.CONFLICT, Link.State.GONE):
        return Settlement(item, Dead(str(link.state)))
    if link.unknown_count >= MAX_UNKNOWN:
        return Settlement(item, Dead("unknown"))
    rendered = rendered.without(fields_left(link, crm.options))
    hashes = hashes_of(rendered, parent_id)
    changed = changed_fields(hashes, link.hashes)
    if link.state == Link.State.LINKED and not changed and link.unknown_since is None:
        return Settlement(item, Done(), None, "unchanged")
    key = external_key(kind, item.object_id)
    return Intent(item, link, key, dict(rendered.values), hashes, changed, parent_id)


def parent_wait_s(item: Item) -> float:
    """Return how long a child waits before it looks for its parent again: longer the longer it has waited."""
    waited_s = (timezone.now() - item.created_at).total_seconds()
    return max(PARENT_WAIT_S, min(60.0, waited_s / 4))


def parents_wanted(crm: Connection, kind: str, ids: Sequence[int]) -> list[int]:
    """Return those of the parents that have neither a link nor a row on its way, so that a child would wait for ever.

    Queries: 2.
    """
    linked = links_of(crm, kind, ids)
    queued = set(
        CrmDirty.objects.filter(connection=crm, kind=kind, object_id__in=ids).values_list("object_id", flat=True)
    )
    settled = (Link.State.CONFLICT, Link.State.GONE)
    return [
        parent_id
        for parent_id in sorted(set(ids))
        if parent_id not in queued
        and not (parent_id in linked and (linked[parent_id].state in settled or linked[parent_id].remote_id))
    ]
