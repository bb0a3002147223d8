"""Many rows as one parameter: raw SQL that reads the same on SQLite and PostgreSQL.

One statement with one array costs a tenth of a statement a row, and its text never changes with the number of rows.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def rows_as_table(
    connection: BaseDatabaseWrapper, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]
) -> tuple[str, list[Any]]:
    """Return a SELECT of `rows` and its parameters, to stand in `IN (…)`, in FROM or after `INSERT INTO … (…)`.

    Args:
        columns: PostgreSQL's type (`bigint`, `text`, `timestamptz`) by the name the column shall have.
        rows: one sequence per row, as long as `columns`; values are numbers, strings, booleans, None, or datetimes
            already adapted for the database.

    The SELECT ends in `WHERE true`, which SQLite needs before ON CONFLICT and nobody else minds.
    """
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{type_}[]" for type_ in columns.values())
        values = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in columns]
        return f"SELECT * FROM unnest({arrays}) AS cells({', '.join(columns)}) WHERE true", values  # noqa: S608 names from code
    cells = ", ".join(f"json_extract(value, '$[{index}]') AS {name}" for index, name in enumerate(columns))
    return f"SELECT {cells} FROM json_each(%s) WHERE true", [json.dumps(rows if isinstance(rows, list) else list(rows))]  # noqa: S608
