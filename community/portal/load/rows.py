"""Writing a million rows: COPY where the database has it, one prepared statement elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models


def first_free_id(model: type[models.Model]) -> int:
    """Return the id after the highest. Queries: 1."""
    highest = model._default_manager.aggregate(highest=models.Max("pk"))["highest"]
    return int(highest or 0) + 1


def rows_write(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of these columns (`author_id`, JSON as text); the others get the defaults of their fields."""
    fields = model._meta.local_concrete_fields
    rest = {
        field.attname: field.get_db_prep_save(field.get_default(), connection)
        for field in fields
        if field.attname not in names and not field.primary_key
    }
    table = connection.ops.quote_name(model._meta.db_table)
    columns = [connection.ops.quote_name(_column(model, name)) for name in (*names, *rest)]
    defaults = tuple(rest.values())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((*row, *defaults))
        else:
            marks = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 names of our models
            cursor.executemany(statement, [(*map(_adapted, row), *defaults) for row in rows])


def ids_settle(tables: list[type[models.Model]]) -> None:
    """Let the database give ids after ours from now on, and look at how the rows lie."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def _column(model: type[models.Model], name: str) -> str:
    return next(field.column for field in model._meta.local_concrete_fields if field.attname == name)


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
