"""Ledgers: rows that are written once and never again. What was wrong is set right by another row."""

from typing import Any, NoReturn

from django.db import models

APPEND_ONLY = "a ledger is append-only: write another entry"


class LedgerQuerySet(models.QuerySet[Any]):
    """Reads and inserts only."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse. Raises: TypeError always."""
        raise TypeError(APPEND_ONLY)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse. Raises: TypeError always."""
        raise TypeError(APPEND_ONLY)

    def delete(self) -> NoReturn:
        """Refuse. Raises: TypeError always."""
        raise TypeError(APPEND_ONLY)

    delete.queryset_only = True  # type: ignore[attr-defined]


class LedgerRow(models.Model):
    """A row of a ledger."""

    objects = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only. Raises: TypeError for a row that exists."""
        if not self._state.adding:
            raise TypeError(APPEND_ONLY)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse. Raises: TypeError always."""
        raise TypeError(APPEND_ONLY)
