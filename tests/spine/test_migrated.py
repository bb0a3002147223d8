"""What must be there after all migrations, whatever they rebuilt."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from community.activity.triggers import create_triggers
from tests.spine.conftest import Ledger
from tests.spine.tables import happen


def _update_the_log() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE activity_activity SET actor_id = 5")


def test_the_migrated_database_refuses_to_change_the_log(ledger: Ledger) -> None:
    happen(1)

    with pytest.raises(DatabaseError, match="append-only"):
        _update_the_log()


@pytest.mark.django_db(transaction=True)
def test_a_rebuilt_table_gets_its_trigger_back_with_the_next_migrate(ledger_tx: Ledger) -> None:
    happen(1)
    with connection.cursor() as cursor:
        drop = "DROP TRIGGER activity_append_only"
        cursor.execute(drop if connection.vendor == "sqlite" else f"{drop} ON activity_activity")
    _update_the_log()

    call_command("migrate", "activity", verbosity=0)

    with pytest.raises(DatabaseError, match="append-only"):
        _update_the_log()


def test_making_the_trigger_twice_is_harmless(db: None) -> None:
    create_triggers(connection.alias)
    create_triggers(connection.alias)


def test_every_work_table_has_the_columns_raw_sql_relies_on() -> None:
    from community.work.models import WorkItem

    tables = [model for model in apps.get_models() if issubclass(model, WorkItem)]

    for model in tables:
        assert model._meta.pk.column == "id", model
        assert model._meta.pk.get_internal_type() == "BigAutoField", model
        uniques = [tuple(model._meta.get_field(name).attname for name in one) for one in _unique_fields(model)]
        assert not model.mark_key or model.mark_key in uniques, model


def _unique_fields(model: type[Model]) -> list[tuple[str, ...]]:
    alone = [(field.name,) for field in model._meta.concrete_fields if field.unique]
    return alone + [one.fields for one in model._meta.total_unique_constraints]
