"""The trigger that refuses an UPDATE of the event table, made anew after every migrate (SQLite drops triggers in
silence when a migration rebuilds the table)."""

from typing import Any

from django.db import connections

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS search_event_append_only BEFORE UPDATE ON search_searchevent
BEGIN SELECT RAISE(ABORT, 'search events are append-only'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION search_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'search events are append-only'; END $$;
CREATE OR REPLACE TRIGGER search_event_append_only BEFORE UPDATE ON search_searchevent
FOR EACH ROW EXECUTE FUNCTION search_event_append_only();
"""


def create_triggers(using: str, **kwargs: Any) -> None:
    """Create the trigger if it is missing (receiver of `post_migrate`). Idempotent: yes."""
    connection = connections[using]
    if "search_searchevent" not in connection.introspection.table_names():
        return  # migrated back to zero
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)
