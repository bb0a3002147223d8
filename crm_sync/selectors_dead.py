"""Records that wait for a person, grouped by cause."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise

from community.activity.subjects import Card
from community.work.models import WorkItem
from crm_sync.cures import cause_of
from crm_sync.hints import hint_words
from crm_sync.models import AttemptRow, CrmDirty, CrmTimeline
from crm_sync.selectors import WORK
from crm_sync.selectors_runs import cards_of, titled
from crm_sync.words import kind_words

SHOWN = 500
"""Dead rows of one table that are looked at; the oldest first."""
TABLES = dict(WORK)
Item = CrmDirty | CrmTimeline


@dataclass(frozen=True)
class GroupKey:
    """What a group has in common; it travels in the form of its buttons."""

    connection_id: int
    cause: str
    """`last_error` of the rows: a failure class, with the field after a colon where one is at fault."""

    def __str__(self) -> str:
        return f"{self.connection_id}|{self.cause}"

    @classmethod
    def parse(cls, text: str) -> "GroupKey":
        """Return the key written in a form. Raises: ValueError for anything else."""
        connection_id, _, cause = text.partition("|")
        return cls(int(connection_id), cause)


@dataclass(frozen=True)
class DeadLine:
    """One record that waits for a person."""

    table: str
    """records, timeline"""
    id: int
    title: str
    url: str
    kind: str
    object_id: int
    answer: str
    field: str
    tries: int
    since: datetime


@dataclass
class DeadGroup:
    """Records that wait for the same reason."""

    key: GroupKey
    connection: str
    title: Promise
    cure: str | Promise
    """What the connector or the table of cures advises."""
    is_unknown: bool
    """Retrying looks up before anything is sent."""
    lines: list[DeadLine] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    @property
    def oldest_at(self) -> datetime:
        """Since when the first of them waits."""
        return min(line.since for line in self.lines)


def dead_groups(*, connection_id: int | None = None) -> list[DeadGroup]:
    """Return what waits for a person, the largest group first. Queries: 4 and the cards of two kinds."""
    groups: dict[GroupKey, DeadGroup] = {}
    for table, rows in _dead(connection_id).items():
        answers = _last_answers(rows)
        cards = cards_of((row.kind, row.object_id) for row in rows)
        for row in rows:
            answer = answers.get((row.connection_id, row.kind, row.object_id))
            key = GroupKey(row.connection_id, row.last_error)
            group = groups.setdefault(key, _group(key, row, answer))
            group.lines.append(_line(table, row, answer, cards))
            kind = str(kind_words(row.kind))
            if kind not in group.kinds:
                group.kinds.append(kind)
    return sorted(groups.values(), key=lambda group: -len(group.lines))


def _dead(connection_id: int | None) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for table, model in WORK:
        rows = model._base_manager.filter(state=WorkItem.State.DEAD).select_related("connection").order_by("pk")
        found[table] = list((rows if connection_id is None else rows.filter(connection_id=connection_id))[:SHOWN])
    return found


def _last_answers(rows: Iterable[Item]) -> dict[tuple[int, str, int], AttemptRow]:
    given = list(rows)
    if not given:
        return {}
    answers = AttemptRow.objects.filter(
        connection_id__in={row.connection_id for row in given},
        kind__in={row.kind for row in given},
        object_id__in={row.object_id for row in given},
    ).exclude(failure_class="")
    return {(answer.connection_id, answer.kind, answer.object_id): answer for answer in answers.order_by("id")}


def _group(key: GroupKey, row: Item, answer: AttemptRow | None) -> DeadGroup:
    title, cure = cause_of(key.cause)
    hint = hint_words(answer.hint) if answer else ""
    return DeadGroup(key, row.connection.name, title, hint or cure, key.cause.startswith("unknown"))


def _line(table: str, row: Item, answer: AttemptRow | None, cards: dict[tuple[str, int], Card]) -> DeadLine:
    title, url = titled(row.kind, row.object_id, cards)
    return DeadLine(
        table=table,
        id=row.pk,
        title=title,
        url=url,
        kind=row.kind,
        object_id=row.object_id,
        answer=answer.message if answer else "",
        field=answer.field if answer else "",
        tries=row.attempts,
        since=row.created_at,
    )
