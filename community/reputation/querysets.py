"""QuerySets of reputation."""

from typing import Any, NoReturn

from django.db import models


class LedgerQuerySet(models.QuerySet[Any]):
    """Refuses what would rewrite history."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse. Raises: TypeError always."""
        raise TypeError("the ledger is append-only: write a reversal")

    def delete(self) -> NoReturn:
        """Refuse. Raises: TypeError always."""
        raise TypeError("the ledger is append-only: write a reversal")

    delete.queryset_only = True  # type: ignore[attr-defined]
