"""Records that wait for a person, grouped by cause."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from community.activity.subjects import Card
from community.work.models import WorkItem
from crm_sync.models import AttemptRow, CrmDirty, CrmTimeline
from crm_sync.selectors_runs import cards_of, titled
from crm_sync.words import Cause, cause_of, kind_words

SHOWN = 500
"""Dead rows of one table that are looked at; the oldest first."""
TABLES: dict[str, type[CrmDirty | CrmTimeline]] = {"records": CrmDirty, "timeline": CrmTimeline}


@dataclass(frozen=True)
class GroupKey:
    """What a group has in common; it travels in the form of its buttons."""

    table: str
    connection_id: int
    kind: str
    code: str
    """`last_error` of the rows: a failure class, with the field after a colon where one is at fault."""

    def __str__(self) -> str:
        return "|".join((self.table, str(self.connection_id), self.kind, self.code))

    @classmethod
    def parse(cls, text: str) -> "GroupKey":
        """Return the key written in a form. Raises: ValueError for anything else."""
        table, connection_id, kind, code = text.split("|", 3)
        if table not in TABLES:
            raise ValueError(table)
        return cls(table, int(connection_id), kind, code)


@dataclass(frozen=True)
class DeadLine:
    """One record that waits for a person."""

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
    kind: str
    cause: Cause
    hint: str
    lines: list[DeadLine] = field(default_factory=list)

    @property
    def oldest_at(self) -> datetime:
        """Since when the first of them waits."""
        return min(line.since for line in self.lines)


def dead_groups(*, connection_id: int | None = None) -> list[DeadGroup]:
    """Return what waits for a person, the largest group first. Queries: 4 and the cards of two kinds."""
    groups: dict[GroupKey, DeadGroup] = {}
    for table, model in TABLES.items():
        rows = _dead(model, connection_id)
        answers = _last_answers(rows)
        cards = cards_of((row.kind, row.object_id) for row in rows)
        for row in rows:
            answer = answers.get((row.connection_id, row.kind, row.object_id))
            key = GroupKey(table, row.connection_id, row.kind, row.last_error)
            if key not in groups:
                hint = answer.hint if answer else ""
                kind = str(kind_words(row.kind))
                groups[key] = DeadGroup(key, row.connection.name, kind, cause_of(row.last_error), hint)
            groups[key].lines.append(_line(row, answer, cards))
    return sorted(groups.values(), key=lambda group: -len(group.lines))


def dead_rows(key: GroupKey, item_id: int | None = None) -> QuerySet[Any]:
    """Return the dead rows of one group, or one of them."""
    model = TABLES[key.table]
    found = model.objects.filter(
        state=WorkItem.State.DEAD, connection_id=key.connection_id, kind=key.kind, last_error=key.code
    )
    return found if item_id is None else found.filter(pk=item_id)


def _dead(model: type[CrmDirty | CrmTimeline], connection_id: int | None) -> list[CrmDirty | CrmTimeline]:
    found: QuerySet[Any] = model.objects.filter(state=WorkItem.State.DEAD)
    if connection_id is not None:
        found = found.filter(connection_id=connection_id)
    return list(found.select_related("connection").order_by("id")[:SHOWN])


def _last_answers(rows: Iterable[CrmDirty | CrmTimeline]) -> dict[tuple[int, str, int], AttemptRow]:
    given = list(rows)
    if not given:
        return {}
    answers = AttemptRow.objects.filter(
        connection_id__in={row.connection_id for row in given},
        kind__in={row.kind for row in given},
        object_id__in={row.object_id for row in given},
    ).exclude(failure_class="")
    return {(answer.connection_id, answer.kind, answer.object_id): answer for answer in answers.order_by("id")}


def _line(row: CrmDirty | CrmTimeline, answer: AttemptRow | None, cards: dict[tuple[str, int], Card]) -> DeadLine:
    title, url = titled(row.kind, row.object_id, cards)
    return DeadLine(
        id=row.pk,
        title=title,
        url=url,
        kind=row.kind,
        object_id=row.object_id,
        answer=answer.message if answer else row.last_error,
        field=answer.field if answer else "",
        tries=row.attempts,
        since=row.created_at,
    )
