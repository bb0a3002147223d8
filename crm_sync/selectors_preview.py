"""What a connection would send if it were enabled now: counts, and a few records as they would leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from community.work.models import WorkItem
from crm_sync.basis import may_send
from crm_sync.connectors.base import CASE, CONTACT, RECORDS
from crm_sync.engine.facts import facts_of
from crm_sync.models import Connection, CrmDirty, CrmTimeline, Link, Rule
from crm_sync.rendering import render
from crm_sync.selectors import rule_preview
from crm_sync.selectors_runs import cards_of, titled
from crm_sync.words import kind_words

SAMPLES = 3
LOOKED_AT = 5000
"""Waiting rows of a kind whose links are looked up; beyond that the split is of these only."""


@dataclass(frozen=True)
class Sample:
    """One record as it would leave."""

    title: str
    url: str
    values: list[tuple[str, Any]]


@dataclass(frozen=True)
class KindPreview:
    """What would be sent of one kind."""

    kind: str
    waiting: int
    creates: int
    updates: int
    withheld: int
    """Personal data that may not go; only among the samples' reach (`LOOKED_AT`)."""
    samples: list[Sample]


@dataclass(frozen=True)
class Preview:
    """What a connection would send now."""

    kinds: list[KindPreview]
    notes: int
    """Lines of timelines."""

    @property
    def is_empty(self) -> bool:
        """Nothing waits."""
        return not self.notes and not any(kind.waiting for kind in self.kinds)


def connection_preview(crm: Connection) -> Preview:
    """Return what would be sent now; sends nothing. Queries: 5 a kind and 1."""
    waiting = CrmTimeline.objects.filter(connection=crm, state=WorkItem.State.WAITING).count()
    return Preview([_kind_preview(crm, kind) for kind in RECORDS if kind in crm.enabled_kinds], waiting)


def _kind_preview(crm: Connection, kind: str) -> KindPreview:
    rows = CrmDirty.objects.filter(connection=crm, kind=kind, state=WorkItem.State.WAITING)
    ids = list(rows.order_by("priority", "id").values_list("object_id", flat=True)[:LOOKED_AT])
    linked = Link.objects.filter(connection=crm, kind=kind, object_id__in=ids, state=Link.State.LINKED).count()
    withheld = len(ids) - len(may_send(crm, ids)) if kind == CONTACT else 0
    return KindPreview(
        kind=str(kind_words(kind)),
        waiting=len(ids) if len(ids) < LOOKED_AT else rows.count(),
        creates=len(ids) - linked - withheld,
        updates=linked,
        withheld=withheld,
        samples=_samples(crm, kind, ids[:SAMPLES]),
    )


def _samples(crm: Connection, kind: str, ids: list[int]) -> list[Sample]:
    if not ids:
        return []
    facts = facts_of(crm, kind, ids)
    people = {object_id: getattr(known, "contact_id", object_id) for object_id, known in facts.items()}
    allowed = may_send(crm, set(people.values()))
    cards = cards_of((kind, object_id) for object_id in ids)
    samples = []
    for object_id, known in facts.items():
        title, url = titled(kind, object_id, cards)
        personal = people[object_id] in allowed
        values = render(known, personal=personal).values if personal or kind != CONTACT else {}
        samples.append(Sample(title, url, [(name, value) for name, value in values.items() if value not in ("", None)]))
    return samples


RULE_FILTERS = ("hours", "categories", "tags", "languages")
"""What a rule's form says of the questions it takes."""


@dataclass(frozen=True)
class RuleSample:
    """What a rule would take: how many, and the first few."""

    count: int
    oldest: list[tuple[str, str]]
    """Title and address."""


def rule_sample(crm: Connection, values: Mapping[str, Any]) -> RuleSample:
    """Count what a rule of these values would take; changes nothing."""
    rule = Rule(connection=crm, **{name: values[name] for name in RULE_FILTERS})
    preview = rule_preview(rule, days=values["days"])
    cards = cards_of((CASE, topic_id) for topic_id in preview.oldest_ids)
    return RuleSample(preview.count, [titled(CASE, topic_id, cards) for topic_id in preview.oldest_ids])
