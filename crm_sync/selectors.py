"""What pages, commands and tags read: frozen facts, a constant number of queries each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from community.activity.subjects import subject_of
from crm_sync.budgets import calls_today
from crm_sync.connectors.base import Capabilities
from crm_sync.engine.session import capabilities_of
from crm_sync.models import Connection, CrmDirty, CrmTimeline, Link, Rule

WORK: tuple[tuple[str, type[CrmDirty] | type[CrmTimeline]], ...] = (("records", CrmDirty), ("timeline", CrmTimeline))
"""The two work tables by the name pages give them."""
CATEGORY = "forums.category"


@dataclass(frozen=True, kw_only=True)
class ConnectionState:
    """One connection as its page's top says it."""

    id: int
    name: str
    kind: str
    label: str
    """Name of the CRM."""
    state: str
    """running, waiting, paused, attention"""
    reason: str
    """What the CRM or the budget said, when waiting or in need of attention."""
    wait_until: datetime | None
    waiting: int
    """Rows not settled: records and notes that may leave now, or wait for a retry or a parent."""
    later: int
    """Notes gathered for the end of the day."""
    oldest_at: datetime | None
    lag_s: int
    """Age of the oldest row not settled; 0 when there is none."""
    dead: int
    calls_today: int
    calls_daily: int | None
    """None: no limit is set or published."""
    last_success_at: datetime | None
    legal_basis: str
    timeline_rule: str
    capabilities: Capabilities


def connection_states(connection_id: int | None = None) -> list[ConnectionState]:
    """Return every connection (or one) as it stands. Queries: 4."""
    connections = list(Connection.objects.order_by("pk"))
    connections = [crm for crm in connections if connection_id in (None, crm.pk)]
    records, notes = _queued(CrmDirty), _queued(CrmTimeline)
    calls = calls_today([crm.pk for crm in connections])
    return [_state(crm, records.get(crm.pk, {}), notes.get(crm.pk, {}), calls.get(crm.pk, 0)) for crm in connections]


def _queued(model: type[CrmDirty] | type[CrmTimeline]) -> dict[int, Mapping[str, object]]:
    gathering = Q(state="waiting", last_error="", not_before__gt=timezone.now() + timedelta(seconds=60))
    open_rows = Q(state="waiting") & ~gathering
    rows = (
        model._base_manager.order_by()
        .values("connection_id")
        .annotate(
            waiting=Count("pk", filter=open_rows),
            later=Count("pk", filter=gathering),
            oldest=Min("created_at", filter=open_rows),
            dead=Count("pk", filter=Q(state="dead")),
        )
    )
    return {row["connection_id"]: row for row in rows}


def _state(crm: Connection, records: Mapping[str, object], notes: Mapping[str, object], calls: int) -> ConnectionState:
    now = timezone.now()
    is_waiting = crm.state == Connection.State.RUNNING and crm.wait_until is not None and crm.wait_until > now
    oldest = [at for at in (records.get("oldest"), notes.get("oldest")) if isinstance(at, datetime)]
    capabilities = capabilities_of(crm)

    def total(name: str) -> int:
        return sum(int(str(part.get(name, 0) or 0)) for part in (records, notes))

    return ConnectionState(
        id=crm.pk,
        name=crm.name,
        kind=crm.kind,
        label=capabilities.label,
        state="waiting" if is_waiting else crm.state,
        reason=crm.wait_reason if is_waiting else crm.state_reason,
        wait_until=crm.wait_until if is_waiting else None,
        waiting=total("waiting"),
        later=total("later"),
        oldest_at=min(oldest, default=None),
        lag_s=max(0, int((now - min(oldest)).total_seconds())) if oldest else 0,
        dead=total("dead"),
        calls_today=calls,
        calls_daily=crm.daily_calls or capabilities.limits.daily_calls,
        last_success_at=crm.last_success_at,
        legal_basis=crm.legal_basis,
        timeline_rule=crm.timeline_rule,
        capabilities=capabilities,
    )


def dead_counts(crm: Connection) -> Counter[str]:
    """Return how many dead letters of a connection there are by cause. Queries: 2."""
    counts: Counter[str] = Counter()
    for _table, model in WORK:
        rows = model._base_manager.filter(connection=crm, state="dead").order_by()
        counts.update(dict(rows.values_list("last_error").annotate(count=Count("pk"))))
    return counts


@dataclass(frozen=True, kw_only=True)
class RulePreview:
    """What a rule would take now."""

    count: int
    asked_after: datetime
    oldest_ids: tuple[int, ...]
    """A few of them, oldest first."""


def rule_preview(rule: Rule, *, days: int = 30) -> RulePreview:
    """Count what a rule, saved or not, would take of the questions of the last `days`. Changes nothing."""
    asked_after = timezone.now() - timedelta(days=days)
    taken = rule_takes(rule, asked_after=asked_after)
    return RulePreview(count=len(taken), asked_after=asked_after, oldest_ids=tuple(taken[:5]))


def rule_takes(rule: Rule, *, asked_after: datetime) -> list[int]:
    """Return the questions asked since then that have waited longer than the rule allows, oldest first.

    Age runs from when it was asked, also before an import; what the asker wrote is no answer.
    """
    topics = subject_of("forums.topic")
    ids = topics.waiting(asked_after=asked_after, asked_before=timezone.now() - timedelta(hours=rule.hours))
    if not rule.is_filtered:
        return ids
    documents = topics.search_documents(ids, texts=False)
    return [
        topic_id
        for topic_id in ids
        if topic_id in documents
        and (not rule.categories or documents[topic_id].category in rule.categories)
        and (not rule.languages or documents[topic_id].language in rule.languages)
        and (not rule.tags or not set(rule.tags).isdisjoint(documents[topic_id].tags))
    ]


def category_choices() -> list[tuple[str, str]]:
    """Return the categories questions stand in, as references and names. Queries: 1."""
    category = subject_of(CATEGORY)
    return [(f"{CATEGORY}:{pk}", name) for pk, name in category.choices().items()]


def link_counts(crm: Connection) -> dict[str, Counter[str]]:
    """Return how many links there are by kind and state. Queries: 1."""
    counts: dict[str, Counter[str]] = {}
    rows = Link.objects.filter(connection=crm).order_by().values_list("kind", "state").annotate(count=Count("pk"))
    for kind, state, count in rows:
        counts.setdefault(kind, Counter())[state] = count
    return counts
