"""What the spine's tests share: a type, recording handlers, a ledger and a work table of their own."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from community.activity import handlers as registry
from community.activity.handlers import ActivityView, Handler
from tests.spine.tables import Effect, Parcel


@pytest.fixture
def _spine_tables(django_db_setup: None, django_db_blocker: Any) -> None:
    """Outside the test's transaction; a transactional test is followed by a fresh copy of the database."""
    with django_db_blocker.unblock():
        existing = connection.introspection.table_names()
        for model in (Effect, Parcel):
            if model._meta.db_table not in existing:
                with connection.schema_editor() as editor:
                    editor.create_model(model)


@pytest.fixture
def tables(_spine_tables: None, db: None) -> None:
    """The tests' own tables."""


class Ledger(Handler):
    """Writes one effect per activity, keyed by its id; raises for the subjects it is told to."""

    types = ("spine.happened",)

    def __init__(self, name: str = "spine.ledger", lane: str = "subject") -> None:
        self.name = name
        self.lane = lane
        self.poison: set[int] = set()
        self.batches: list[int] = []

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Insert the effects."""
        self.batches.append(len(batch))
        for activity in batch:
            if activity.subject_id in self.poison:
                raise ValueError(f"poison {activity.subject_id}")
        Effect.objects.bulk_create(
            [Effect(handler=self.name, activity_id=activity.id, subject_id=activity.subject_id) for activity in batch]
        )


@pytest.fixture
def only_handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Handler]:
    """An empty registry of handlers for one test."""
    own: dict[str, Handler] = {}
    monkeypatch.setattr(registry, "handlers", own)
    for module in ("delivery", "selectors", "services", "checks"):
        monkeypatch.setattr(f"community.activity.{module}.handlers", own)
    return own


@pytest.fixture
def ledger(tables: None, only_handlers: dict[str, Handler]) -> Ledger:
    """The one handler of this test."""
    handler = Ledger()
    only_handlers[handler.name] = handler
    return handler


@pytest.fixture
def ledger_tx(_spine_tables: None, transactional_db: None, only_handlers: dict[str, Handler]) -> Ledger:
    """The one handler of a test that really commits."""
    handler = Ledger()
    only_handlers[handler.name] = handler
    return handler
