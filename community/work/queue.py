"""Claim, settle, replay: the one implementation under every work table.

Nothing here does I/O; callers keep it out of their transactions too. A lease is only a hint who should work: what
protects a row is its epoch, checked by every settlement.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from community.core.db.arrays import rows_as_table
from community.work.doorbell import nudge_after_commit
from community.work.models import WorkItem
from community.work.outcomes import Dead, Done, Failed, Later, Outcome, backoff

T = TypeVar("T", bound=WorkItem)

MAX_ATTEMPTS = 8
LEASE_EXPIRED = "lease expired: the process died or stalled"
_CHUNK = 1000


def due(rows: QuerySet[T], *, now: datetime | None = None) -> QuerySet[T]:
    """Narrow `rows` to those that wait, may be taken now and are in nobody's hands."""
    now = now or timezone.now()
    return rows.filter(
        Q(not_before=None) | Q(not_before__lte=now), Q(lease_until=None) | Q(lease_until__lte=now), state="waiting"
    )


def claim(rows: QuerySet[T], *, limit: int, lease_s: float) -> list[T]:
    """Take up to `limit` due rows of `rows` (filtered and ordered by the caller; by id unless ordered).

    A row whose former holder never settled it counts one attempt, and from the second on it is a suspect: one crash is
    a deploy, two may be the row. Queries: 1, in a transaction of its own. Two callers never get the same row in the
    same epoch.
    """
    now = timezone.now()
    picked = due(rows, now=now)
    if not picked.query.order_by:
        picked = picked.order_by("pk")
    order_by = picked.query.order_by
    picked = picked.only("pk")[:limit]
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            picked = picked.select_for_update(skip_locked=True, of=("self",))
        inner, params = picked.query.get_compiler(connection=connection).as_sql()
        # PostgreSQL may run a plain IN (SELECT … FOR UPDATE) more than once and so claim more than the limit
        among = f"= ANY(ARRAY({inner}))" if connection.vendor == "postgresql" else f"IN ({inner})"
        table = connection.ops.quote_name(picked.model._meta.db_table)
        statement = (
            f"UPDATE {table} SET lease_until = %s, epoch = epoch + 1,"  # noqa: S608 built from the model
            " attempts = attempts + CASE WHEN lease_until IS NULL THEN 0 ELSE 1 END,"
            " last_error = CASE WHEN lease_until IS NULL THEN last_error ELSE %s END,"
            " suspect = (suspect OR (lease_until IS NOT NULL AND attempts > 0))"
            f" WHERE id {among} RETURNING *"
        )
        until = connection.ops.adapt_datetimefield_value(now + timedelta(seconds=lease_s))
        claimed = list(picked.model._base_manager.raw(statement, [until, LEASE_EXPIRED, *params]))
    for name in reversed(order_by):  # RETURNING has no order
        field = str(name).lstrip("-")
        claimed.sort(key=attrgetter(field), reverse=str(name).startswith("-"))
    return claimed


def hold(items: Sequence[T], *, lease_s: float) -> list[T]:
    """Return those of `items` still ours, their leases renewed. Ask before EACH call to the outside. Queries: 2."""
    if not items:
        return []
    until = connection.ops.adapt_datetimefield_value(timezone.now() + timedelta(seconds=lease_s))
    with transaction.atomic():
        _lock_those(items)
        kept = _returning(items, "UPDATE {table} SET lease_until = %s", [until])
    return [item for item in items if item.pk in kept]


def release(items: Sequence[T]) -> None:
    """Give rows back untouched, as if they had never been claimed. Queries: 2."""
    if items:
        with transaction.atomic():
            _lock_those(items)
            _returning(items, "UPDATE {table} SET lease_until = NULL", [])


def rows_lock(model: type[WorkItem], **filters: object) -> None:
    """Lock rows in the order of their key, in the caller's transaction.

    Whoever writes several rows that others may mark does this first, or the two deadlock: marks go by key, leases and
    settlements by id. Nothing to do on SQLite, which has one writer. Queries: 1 on PostgreSQL.
    """
    if model.mark_key and connection.features.has_select_for_update:
        rows = model._base_manager.filter(**filters).order_by(*model.mark_key)
        list(rows.select_for_update().values_list("pk"))


def _lock_those(items: Sequence[WorkItem]) -> None:
    rows_lock(type(items[0]), pk__in=[item.pk for item in items])


def settle(settlements: Iterable[tuple[T, Outcome]], *, max_attempts: int = MAX_ATTEMPTS) -> list[T]:
    """Write down what became of claimed rows; return the items refused, because somebody else holds them by now.

    The lost value of a refused item may be the newer one, so the caller must have its record sent once more.
    Idempotent: yes, the second settlement is refused. Queries: 3 for all that are `Done`, 1 for each other.
    """
    refused: list[T] = []
    done = []
    pairs = list(settlements)
    if not pairs:
        return []
    with transaction.atomic():
        _lock_those([item for item, _outcome in pairs])
        for item, outcome in pairs:
            if isinstance(outcome, Done):
                done.append(item)
            elif not _set_back(item, outcome, max_attempts):
                refused.append(item)
        refused += _finish(done)
    return refused


def _finish(done: list[T]) -> list[T]:
    """Delete rows that left; one that was marked again meanwhile waits for its next turn."""
    if not done:
        return []
    gone = _returning(done, "DELETE FROM {table}", [], counter=True)
    rest = [item for item in done if item.pk not in gone]
    if not rest:
        return []
    fresh = "UPDATE {table} SET lease_until = NULL, not_before = NULL, attempts = 0, suspect = %s, last_error = ''"
    again = _returning(rest, fresh, [False])
    return [item for item in rest if item.pk not in again]


def _set_back(item: WorkItem, outcome: Later | Failed | Dead, max_attempts: int) -> bool:
    """Return the row to the queue, or end it; tell whether it was still ours."""
    values: dict[str, Any] = {"lease_until": None, "last_error": outcome.error[:200], "suspect": False}
    if isinstance(outcome, Later):
        values["not_before"] = outcome.until
    else:
        attempts = item.attempts + 1
        values["attempts"] = attempts
        if isinstance(outcome, Dead) or attempts >= max_attempts:
            values |= {"state": WorkItem.State.DEAD, "not_before": None}
        else:
            values["not_before"] = timezone.now() + backoff(attempts)
    ours = type(item)._base_manager.filter(pk=item.pk, epoch=item.epoch, lease_until__isnull=False)
    changed = ours.filter(counter=item.counter).update(**values)
    if not changed:
        if values.pop("state", None):  # marked again meanwhile: as a dead row wakes, this one starts from the beginning
            values["attempts"] = 0
        changed = ours.update(**values)
    return changed == 1


def suspect(items: Sequence[T], error: str, *, max_attempts: int = MAX_ATTEMPTS) -> list[T]:
    """Count a failed attempt and let each travel alone from now on, until its outcome is known; return the refused."""
    refused = settle([(item, Failed(error)) for item in items], max_attempts=max_attempts)
    if items:
        type(items[0])._base_manager.filter(pk__in=[item.pk for item in items], state="waiting").update(suspect=True)
    return refused


def mark(
    model: type[WorkItem],
    rows: Iterable[Mapping[str, Any]],
    *,
    not_before: datetime | None = None,
) -> None:
    """Make sure there is a waiting row of `model` for each of `rows`, in the caller's transaction.

    Args:
        rows: column values by field name (`{"connection_id": 1, "kind": "contact", "object_id": 7}`), all with the same
            names, `model.mark_key` among them; of several with the same key the last counts.
        not_before: when a row that is new may be taken (to gather further marks); now unless told.

    A row that is there already has its counter moved, so a sender that holds it sends once more; a dead one wakes.
    Queries: 1 per 1,000 rows.
    """
    by_key = {tuple(row[name] for name in model.mark_key): row for row in rows}
    ordered = [by_key[values] for values in sorted(by_key)]  # one order for all writers: no deadlocks
    for start in range(0, len(ordered), _CHUNK):
        _upsert(model, ordered[start : start + _CHUNK], not_before)
    if ordered:
        nudge_after_commit()


def _upsert(model: type[WorkItem], rows: list[Mapping[str, Any]], not_before: datetime | None) -> None:
    key = model.mark_key
    quote, adapt = connection.ops.quote_name, connection.ops.adapt_datetimefield_value
    table = quote(model._meta.db_table)
    fields: dict[str, Any] = {name: model._meta.get_field(name) for name in rows[0]}
    fields |= {name: model._meta.get_field(name) for name in ("created_at", "not_before")}
    created, first = adapt(timezone.now()), adapt(not_before) if not_before else None
    values = [
        [*(fields[name].get_db_prep_save(value, connection) for name, value in row.items()), created, first]
        for row in rows
    ]
    types = {
        quote(field.column): (field.rel_db_type if field.is_relation else field.cast_db_type)(connection) or "text"
        for field in fields.values()
    }
    source, params = rows_as_table(connection, types, values)
    columns = ", ".join(types)
    target = ", ".join(quote(fields[name].column) for name in key)
    others = "".join(
        f", {quote(fields[name].column)} = excluded.{quote(fields[name].column)}" for name in rows[0] if name not in key
    )
    revived = f"CASE WHEN {table}.state = 'dead' THEN"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) {source} ON CONFLICT ({target}) DO UPDATE SET"  # noqa: S608
            f" counter = {table}.counter + 1, state = 'waiting',"
            f" attempts = {revived} 0 ELSE {table}.attempts END,"
            f" not_before = {revived} NULL ELSE {table}.not_before END{others}",
            params,
        )


def replay(rows: QuerySet[T]) -> int:
    """Let dead rows try again from the start; return how many."""
    changed = rows.filter(state="dead").update(
        state="waiting", attempts=0, not_before=None, lease_until=None, suspect=False
    )
    if changed:
        nudge_after_commit()
    return changed


def discard(rows: QuerySet[T]) -> int:
    """Delete dead rows for good; return how many."""
    return rows.filter(state="dead")._raw_delete(rows.db)


def _returning(items: Sequence[T], statement: str, params: list[Any], *, counter: bool = False) -> set[int]:
    """Run `statement` on the rows among `items` whose epoch is still ours; return their ids."""
    names = ("id", "epoch", "counter") if counter else ("id", "epoch")
    held = [[item.pk, item.epoch, item.counter][: len(names)] for item in items]
    source, arrays = rows_as_table(connection, dict.fromkeys(names, "bigint"), held)
    ids, id_arrays = rows_as_table(connection, {"id": "bigint"}, [[item.pk] for item in items])
    table = connection.ops.quote_name(items[0]._meta.db_table)
    sql = (
        f"{statement.format(table=table)} WHERE id IN ({ids}) AND ({', '.join(names)}) IN ({source})"  # noqa: S608
        " AND lease_until IS NOT NULL RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *id_arrays, *arrays])
        return {row[0] for row in cursor.fetchall()}
