"""The trigger that refuses an UPDATE of the log, made anew after every migrate.

SQLite drops triggers in silence when a migration rebuilds the table, so a migration alone would not be enough.
"""

from typing import Any

from django.db import connections

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS activity_append_only BEFORE UPDATE ON activity_activity
BEGIN SELECT RAISE(ABORT, 'the activity log is append-only'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION activity_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the activity log is append-only'; END $$;
CREATE OR REPLACE TRIGGER activity_append_only BEFORE UPDATE ON activity_activity
FOR EACH ROW EXECUTE FUNCTION activity_append_only();
"""


def create_triggers(using: str, **kwargs: Any) -> None:
    """Create the trigger if it is missing (receiver of `post_migrate`). Idempotent: yes."""
    connection = connections[using]
    if "activity_activity" not in connection.introspection.table_names():
        return  # migrated back to zero
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)
