"""What pages, commands and tags read: frozen facts, a constant number of queries each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.functional import Promise

from community.activity.subjects import subject_of
from crm_sync.budgets import calls_today
from crm_sync.connectors.base import Capabilities
from crm_sync.cures import cause_of
from crm_sync.engine.session import capabilities_of
from crm_sync.models import Attempt, AttemptRow, Connection, CrmDirty, CrmTimeline, Link, Rule, Run

WORK: tuple[tuple[str, type[CrmDirty] | type[CrmTimeline]], ...] = (("records", CrmDirty), ("timeline", CrmTimeline))
"""The two work tables by the name pages give them."""


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


@dataclass(frozen=True, kw_only=True)
class DeadGroup:
    """Dead letters of one cause."""

    cause: str
    """As `dead_retry` and `dead_discard` take it: `invalid:email`."""
    title: Promise
    cure: Promise
    field: str
    count: int
    first_at: datetime
    last_at: datetime
    samples: tuple["DeadLetter", ...]


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """One dead row, with what the CRM said last."""

    table: str
    """records, timeline"""
    id: int
    kind: str
    object_id: int
    created_at: datetime
    message: str
    hint: str


def dead_groups(crm: Connection, *, samples: int = 5) -> list[DeadGroup]:
    """Return the dead letters of a connection by cause, the largest group first. Queries: 3 and 2 a cause."""
    groups: dict[str, list[tuple[str, int, datetime, datetime]]] = {}
    for table, model in WORK:
        counted = (
            model._base_manager.filter(connection=crm, state="dead")
            .order_by()
            .values_list("last_error")
            .annotate(count=Count("pk"), first=Min("created_at"), last=Max("created_at"))
        )
        for cause, count, first, last in counted:
            groups.setdefault(cause, []).append((table, count, first, last))
    found = []
    for cause, parts in groups.items():
        title, cure = cause_of(cause)
        found.append(
            DeadGroup(
                cause=cause,
                title=title,
                cure=cure,
                field=cause.partition(":")[2].strip(),
                count=sum(count for _table, count, _first, _last in parts),
                first_at=min(first for _table, _count, first, _last in parts),
                last_at=max(last for _table, _count, _first, last in parts),
                samples=_letters(crm, cause, samples),
            )
        )
    return sorted(found, key=lambda group: (-group.count, group.cause))


def _letters(crm: Connection, cause: str, limit: int) -> tuple[DeadLetter, ...]:
    letters: list[DeadLetter] = []
    for table, model in WORK:
        dead: list[CrmDirty | CrmTimeline] = list(
            model._base_manager.filter(connection=crm, state="dead", last_error=cause).order_by("pk")[:limit]
        )
        said = _last_said(crm, [(row.kind, row.object_id) for row in dead])
        for row in dead:
            message, hint = said.get((row.kind, row.object_id), ("", ""))
            letters.append(
                DeadLetter(
                    table=table,
                    id=row.pk,
                    kind=row.kind,
                    object_id=row.object_id,
                    created_at=row.created_at,
                    message=message,
                    hint=hint,
                )
            )
    return tuple(letters[:limit])


def _last_said(crm: Connection, records: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    rows = AttemptRow.objects.filter(
        connection_id=crm.pk,
        kind__in={kind for kind, _ in records},
        object_id__in=[object_id for _, object_id in records],
        failure_class__gt="",
    ).order_by("pk")
    return {(row.kind, row.object_id): (row.message, row.hint) for row in rows}


def runs_page(crm: Connection, *, before_id: int | None = None, limit: int = 25) -> list[Run]:
    """Return the latest runs, older than `before_id` when given. Queries: 1."""
    runs = Run.objects.filter(connection=crm).order_by("-pk")
    return list((runs.filter(pk__lt=before_id) if before_id else runs)[:limit])


def run_attempts(run: Run) -> list[Attempt]:
    """Return the calls of a run, each with `rows_done`, what became of its records. Queries: 2."""
    return list(run.attempts.order_by("pk").prefetch_related("rows"))


def record_history(kind: str, object_id: int, *, limit: int = 50) -> list[AttemptRow]:
    """Return what happened to one record, latest first. Queries: 1."""
    rows = AttemptRow.objects.filter(kind=kind, object_id=object_id).select_related("attempt__run")
    return list(rows.order_by("-pk")[:limit])


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
    if not rule.tags and not rule.languages:
        return ids
    documents = topics.search_documents(ids)
    return [
        topic_id
        for topic_id in ids
        if topic_id in documents
        and (not rule.languages or documents[topic_id].language in rule.languages)
        and (not rule.tags or not set(rule.tags).isdisjoint(documents[topic_id].tags))
    ]


def link_counts(crm: Connection) -> dict[str, Counter[str]]:
    """Return how many links there are by kind and state. Queries: 1."""
    counts: dict[str, Counter[str]] = {}
    rows = Link.objects.filter(connection=crm).order_by().values_list("kind", "state").annotate(count=Count("pk"))
    for kind, state, count in rows:
        counts.setdefault(kind, Counter())[state] = count
    return counts
