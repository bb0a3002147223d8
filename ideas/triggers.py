"""The triggers that refuse to change or delete an entry of the vote ledger, made anew after every migrate (SQLite drops
triggers in silence when a migration rebuilds the table)."""

from typing import Any

from django.db import connections

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS vote_ledger_no_{event} BEFORE {event} ON ideas_voteentry
BEGIN SELECT RAISE(ABORT, 'the vote ledger is append-only'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION vote_ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the vote ledger is append-only'; END $$;
CREATE OR REPLACE TRIGGER vote_ledger_no_{event} BEFORE {event} ON ideas_voteentry
FOR EACH ROW EXECUTE FUNCTION vote_ledger_append_only();
"""


def create_triggers(using: str, **kwargs: Any) -> None:
    """Create the triggers if they are missing (receiver of `post_migrate`). Idempotent: yes."""
    connection = connections[using]
    if "ideas_voteentry" not in connection.introspection.table_names():
        return  # migrated back to zero
    statement = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        for event in ("update", "delete"):
            cursor.execute(statement.format(event=event))
