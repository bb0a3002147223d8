"""Runs, what each asked and was answered, and the history of one record."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from community.activity.subjects import Card, subjects
from community.members.models import Account
from crm_sync.connectors.base import IDEA, VOTE
from crm_sync.engine.facts import SUBJECTS
from crm_sync.hints import hint_words
from crm_sync.identity import external_key
from crm_sync.models import Attempt, AttemptRow, Link, Run
from crm_sync.models.work import vote_parts
from crm_sync.words import Words, duration_words, happened_words, kind_words

PAGE = 25


@dataclass(frozen=True)
class RunLine:
    """One run in a list."""

    id: int
    started_at: datetime
    connection: str
    what: str
    took: str
    calls: int
    sent: int
    read: int
    """Records a poll or the nightly comparison looked at."""
    added: int
    changed: int
    removed: int
    refused: int
    outcome: str

    @property
    def started(self) -> str:
        """The second of today, else day and hour: runs follow each other closely."""
        local = timezone.localtime(self.started_at)
        if local.date() == timezone.localdate():
            return time_format(local, "H:i:s")
        return date_format(local, "j M, H:i")

    @property
    def figures(self) -> list[tuple[str, int]]:
        """The counts with their words, in the order of the table; refusals are told apart."""
        return [
            (_("Sent"), self.sent),
            (_("Added"), self.added),
            (_("Changed"), self.changed),
            (_("Removed"), self.removed),
        ]


@dataclass(frozen=True)
class RunPage:
    """Runs, newest first."""

    lines: list[RunLine]
    next_before: int | None


@dataclass(frozen=True)
class RowLine:
    """What became of one record."""

    title: str
    url: str
    kind: str
    object_id: int
    connection_id: int
    action: str
    remote_id: str
    field: str
    message: str
    hint: str
    at: datetime
    run_id: int
    happened: Words
    icon: str
    tone: str

    @property
    def is_today(self) -> bool:
        """Whether it happened on the reader's day."""
        return timezone.localdate(self.at) == timezone.localdate()


@dataclass(frozen=True)
class AttemptLine:
    """One call of a run: when, what, how it went, and its requests as they were written down."""

    operation: str
    kind: str
    started_at: datetime
    took: str
    rows_sent: int
    failure_class: str
    message: str
    exchanges: list[dict[str, Any]]
    is_purged: bool
    rows: list[RowLine] = field(default_factory=list)


@dataclass(frozen=True)
class RecordHistory:
    """All that happened to one record in one CRM, newest first."""

    title: str
    url: str
    kind: str
    link: Link | None
    rows: list[RowLine]
    key: str
    """Our key, for a colleague who writes it on the right record."""

    @property
    def candidates(self) -> str:
        """Numbers of the records there that may be this one, when a person must say which."""
        detail = self.link.detail if self.link and self.link.state == Link.State.CONFLICT else ""
        return detail.partition("match: ")[2]

    @property
    def mark(self) -> tuple[str, str]:
        """Icon and tone of where it stands."""
        state = self.link.state if self.link else ""
        if state == Link.State.LINKED:
            return "circle-check", "ok"
        return (
            ("circle-dashed", "mute") if state in (Link.State.ERASED, Link.State.WITHHELD) else ("circle-alert", "warn")
        )


def run_page(
    *, connection_id: int | None = None, before: int | None = None, show: str = "busy", limit: int = PAGE
) -> RunPage:
    """Return runs, newest first. Queries: 1.

    Args:
        show: `busy` leaves out polls that found nothing, `refused` keeps only runs with refusals, `all` keeps all.
    """
    runs = Run.objects.select_related("connection").order_by("-id")
    if connection_id is not None:
        runs = runs.filter(connection_id=connection_id)
    if before is not None:
        runs = runs.filter(id__lt=before)
    if show == "refused":
        runs = runs.filter(refused__gt=0)
    elif show == "busy":
        runs = runs.exclude(sent=0, applied=0, unchanged=0, refused=0, outcome="ok")
    found = list(runs[: limit + 1])
    return RunPage([run_line(run) for run in found[:limit]], found[limit - 1].pk if len(found) > limit else None)


def run_of(run_id: int) -> Run:
    """Return one run with its connection. Raises: Http404 when there is none. Queries: 1."""
    run = Run.objects.select_related("connection").filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


def run_line(run: Run) -> RunLine:
    """Return one run in words."""
    is_reading = run.purpose in (Run.Purpose.POLL, Run.Purpose.AUDIT)
    took = duration_words((run.ended_at - run.started_at).total_seconds()) if run.ended_at else ""
    return RunLine(
        id=run.pk,
        started_at=run.started_at,
        connection=run.connection.name,
        what=run.get_purpose_display(),
        took=took,
        calls=run.calls,
        sent=run.sent,
        read=run.read,
        added=run.created,
        changed=run.applied if is_reading else run.updated,
        removed=run.removed,
        refused=run.refused,
        outcome=run.outcome,
    )


def run_attempts(run: Run, limit: int = 50) -> list[AttemptLine]:
    """Return the calls of a run, oldest first. Queries: 2 and the cards of two kinds."""
    attempts = list(Attempt.objects.filter(run=run).order_by("id")[:limit])
    rows = list(AttemptRow.objects.filter(attempt__in=attempts).select_related("attempt").order_by("id")[:1000])
    cards = cards_of((row.kind, row.object_id) for row in rows)
    by_attempt: dict[int, list[RowLine]] = {}
    for row in rows:
        by_attempt.setdefault(row.attempt_id, []).append(row_line(row, cards))
    return [
        AttemptLine(
            operation=attempt.operation,
            kind=str(kind_words(attempt.kind)),
            started_at=attempt.started_at,
            took=f"{attempt.duration_ms / 1000:.1f} s" if attempt.duration_ms is not None else "",
            rows_sent=attempt.rows_sent,
            failure_class=attempt.failure_class,
            message=attempt.message,
            exchanges=list(attempt.exchanges),
            is_purged=attempt.purged,
            rows=by_attempt.get(attempt.pk, []),
        )
        for attempt in attempts
    ]


def record_history(connection_id: int, kind: str, object_id: int, limit: int = 100) -> RecordHistory | None:
    """Return what happened to one record, or None when nothing ever did. Queries: 2 and a card."""
    link = Link.objects.filter(connection_id=connection_id, kind=kind, object_id=object_id).first()
    found = Q(connection_id=connection_id, kind=kind, object_id=object_id)
    rows = list(AttemptRow.objects.filter(found).select_related("attempt").order_by("-id")[:limit])
    if link is None and not rows:
        return None
    cards = cards_of([(kind, object_id)])
    title, url = titled(kind, object_id, cards)
    return RecordHistory(
        title, url, str(kind_words(kind)), link, [row_line(row, cards) for row in rows], external_key(kind, object_id)
    )


def row_line(row: AttemptRow, cards: dict[tuple[str, int], Card]) -> RowLine:
    """Return what became of a record, with its name."""
    title, url = titled(row.kind, row.object_id, cards)
    happened, icon, tone = happened_words(row.action, row.failure_class)
    return RowLine(
        title=title,
        url=url,
        kind=row.kind,
        object_id=row.object_id,
        connection_id=row.connection_id,
        action=row.action,
        remote_id=row.remote_id,
        field=row.field,
        message=row.message,
        hint=hint_words(row.hint),
        at=row.at,
        run_id=row.attempt.run_id,
        happened=happened,
        icon=icon,
        tone=tone,
    )


def cards_of(records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Card]:
    """Return our cards of records by (kind, id); those of a kind without a subject are absent.

    Queries: 1 a kind, 1 for votes.
    """
    by_kind: dict[str, set[int]] = {}
    for kind, object_id in records:
        by_kind.setdefault(kind, set()).add(object_id)
    votes = {object_id: vote_parts(object_id) for object_id in by_kind.pop(VOTE, ())}
    if votes:
        by_kind.setdefault(IDEA, set()).update(idea_id for idea_id, _account_id in votes.values())
    found: dict[tuple[str, int], Card] = {}
    for kind, ids in by_kind.items():
        subject = subjects.get(SUBJECTS.get(kind, ""))
        if subject is not None:
            found |= {(kind, object_id): card for object_id, card in subject.cards(ids).items()}
    return found | _vote_cards(votes, found)


def _vote_cards(votes: dict[int, tuple[int, int]], cards: dict[tuple[str, int], Card]) -> dict[tuple[str, int], Card]:
    """Name a vote by its account and its idea. Queries: 1, without votes 0."""
    if not votes:
        return {}
    names = dict(
        Account.objects.filter(pk__in={account_id for _idea_id, account_id in votes.values()}).values_list("pk", "name")
    )
    return {
        (VOTE, object_id): replace(cards[IDEA, idea_id], title=f"{names[account_id]}: {cards[IDEA, idea_id].title}")
        for object_id, (idea_id, account_id) in votes.items()
        if (IDEA, idea_id) in cards and account_id in names
    }


def titled(kind: str, object_id: int, cards: dict[tuple[str, int], Card]) -> tuple[str, str]:
    """Return a record's name and address here; its kind and number when it is gone."""
    card = cards.get((kind, object_id))
    return (card.title, card.url) if card else (f"{kind_words(kind)} {object_id}", "")
