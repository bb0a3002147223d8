"""Every ledger refuses to be rewritten, in Python before the database does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from community.core.ledger import LedgerRow
from tests.factories.ideas import IdeaFactory

LEDGERS = [model for model in apps.get_models() if issubclass(model, LedgerRow)]


@pytest.mark.parametrize("model", LEDGERS, ids=lambda model: model._meta.label)
@pytest.mark.parametrize(
    "rewrite",
    [
        lambda rows: rows.update(pk=2),
        lambda rows: rows.delete(),
        lambda rows: rows.bulk_update([], ["pk"]),
        lambda rows: rows.model(pk=1).delete(),
    ],
    ids=["update", "delete", "bulk_update", "delete one"],
)
def test_a_ledger_is_not_rewritten(model: Any, rewrite: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="append-only"):
        rewrite(model.objects.all())


@pytest.mark.django_db
def test_an_entry_is_saved_once() -> None:
    IdeaFactory()
    (entry,) = apps.get_model("ideas.VoteEntry").objects.all()

    entry.delta = -1
    with pytest.raises(TypeError, match="append-only"):
        entry.save()


def test_both_ledgers_are_of_this_kind() -> None:
    assert {model._meta.label for model in LEDGERS} >= {"ideas.VoteEntry", "reputation.LedgerEntry"}
