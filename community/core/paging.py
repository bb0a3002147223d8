"""Keyset paging: a page of a long list costs the same wherever it is. No OFFSET, no COUNT."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import DateTimeField, Model, Q, QuerySet

M = TypeVar("M", bound=Model)

_CURSOR = re.compile(r"[0-9]{1,19}(-[0-9]{1,19})*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Page(Generic[M]):
    """Some rows of a list, and where it goes on."""

    rows: list[M]
    newer: str = ""
    """Cursor for `before`: the page of rows that come before these; empty on the first page."""
    older: str = ""
    """Cursor for `after`: the page of rows that come after these; empty on the last page."""


def keyset_page(
    rows: QuerySet[M], *, by: tuple[str, ...], size: int = 30, after: str = "", before: str = ""
) -> Page[M]:
    """Return one page of `rows`, the highest values first.

    Args:
        by: names of non-null columns, together unique, all descending: `("bumped_at", "id")`; an index has them.
        size: rows in a page.
        after, before: a cursor of an earlier page; one that does not parse counts as none.
    Queries: 1.
    """
    backwards = bool(before) and not after
    cursor = _parsed(rows.model, by, before if backwards else after)
    backwards = backwards and cursor is not None
    if cursor:
        rows = rows.filter(_beyond(by, cursor, "gt" if backwards else "lt"))
    found = list(rows.order_by(*(name if backwards else f"-{name}" for name in by))[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    return Page(
        rows=found,
        newer=_cursor(by, found[0]) if found and (more if backwards else cursor) else "",
        older=_cursor(by, found[-1]) if found and (backwards or more) else "",
    )


def cursor_number(text: str) -> int | None:
    """Return the number a cursor of one column stands for, None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _beyond(by: tuple[str, ...], values: tuple[Any, ...], than: str) -> Q:
    """Return the rows past `values`; the first column is also bounded alone, so that an index serves."""
    beyond = Q()
    for position, name in enumerate(by):
        equal = dict(zip(by[:position], values[:position], strict=True))
        beyond |= Q(**equal, **{f"{name}__{than}": values[position]})
    return Q(**{f"{by[0]}__{than}e": values[0]}) & beyond


def _cursor(by: tuple[str, ...], row: Model) -> str:
    return "-".join(str(_number(getattr(row, name))) for name in by)


def _number(value: Any) -> int:
    return (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else int(value)


def _parsed(model: type[Model], by: tuple[str, ...], text: str) -> tuple[Any, ...] | None:
    """Return the values a cursor stands for, None when it is none of ours."""
    if not _CURSOR.fullmatch(text):
        return None
    numbers = [int(part) for part in text.split("-")]
    if len(numbers) != len(by):
        return None
    try:
        return tuple(
            _EPOCH + number * _MICROSECOND if isinstance(model._meta.get_field(name), DateTimeField) else number
            for name, number in zip(by, numbers, strict=True)
        )
    except OverflowError:
        return None
