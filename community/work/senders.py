"""Senders: take rows of one work table, do their I/O outside any transaction, settle per row. At least once."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, QuerySet
from django.db.utils import InterfaceError, OperationalError

from community.work import queue
from community.work.models import WorkItem
from community.work.outcomes import Failed, Outcome

logger = logging.getLogger("community.work")

T = TypeVar("T", bound=WorkItem)


class Sender(Generic[T]):
    """Base of every sender; register one instance in the app's `apps.py`.

    Write `send()` as a generator: `hold()` the rows, make one call, yield what became of its rows, go on to the next
    call. What is yielded is settled at once, so a crash loses at most the answer of one call; the far side must
    recognise a repeated one by its key.
    """

    name: str
    """Unique and stable: `crm_sync.records`."""
    model: type[T]
    batch: int = 100
    lease_s: float = 60
    """Longer than any one call may take."""
    max_attempts: int = queue.MAX_ATTEMPTS

    def rows(self) -> QuerySet[T]:
        """Return the rows this sender may take, ordered if the order matters; all by id unless overridden."""
        return self.model._base_manager.all()

    def send(self, items: Sequence[T]) -> Iterable[Sequence[tuple[T, Outcome]]]:
        """Do the I/O for claimed `items`; yield the outcomes after each call."""
        raise NotImplementedError

    def settled(self, settlements: Sequence[tuple[T, Outcome]]) -> None:
        """Write what belongs to a settlement (a link, a hash), in its transaction. Refused items are not among them."""

    def refused(self, items: Sequence[T]) -> None:
        """Somebody else held these rows before we settled; have their records sent once more, in the same transaction.

        Unless overridden, the row is marked again if it is still there. Override when success deletes the row: the
        record then needs a new one, else the older value of a stalled sender stays behind.
        """
        self.model._base_manager.filter(pk__in=[item.pk for item in items]).update(counter=F("counter") + 1)

    def hold(self, items: Sequence[T]) -> list[T]:
        """Return those of `items` still ours, renewing their leases. Call it before each call to the outside."""
        return queue.hold(items, lease_s=self.lease_s)

    def run_once(self) -> bool:
        """Claim one batch, send and settle it; tell whether there was anything. Errors of `send` are settled too."""
        if in_transaction_of_ours():
            raise RuntimeError("a sender must not run inside a transaction")
        items = self._claim()
        if not items:
            return False
        open_items = {item.pk: item for item in items}
        try:
            for settlements in self.send(items):
                self._settle(settlements)
                for item, _ in settlements:
                    open_items.pop(item.pk, None)
        except (OperationalError, InterfaceError):
            raise  # our own database: leases run out, nothing is lost
        except Exception as error:  # noqa: BLE001 a sender's error never kills the loop
            logger.exception("sender %s failed", self.name)
            self._suspect(list(open_items.values()), type(error).__name__)
        else:
            queue.release(list(open_items.values()))  # it chose not to send them
        return True

    def _claim(self) -> list[T]:
        """A suspect travels alone, so that it takes nobody with it; one that keeps killing us ends dead."""
        items = queue.claim(self.rows(), limit=self.batch, lease_s=self.lease_s)
        suspects = [item for item in items if item.suspect]
        if not suspects:
            return items
        chosen = suspects[0]
        queue.release([item for item in items if item is not chosen])
        if chosen.attempts < self.max_attempts:
            return [chosen]
        self._settle([(chosen, Failed(queue.LEASE_EXPIRED))])
        return self._claim()

    def _settle(self, settlements: Sequence[tuple[T, Outcome]]) -> None:
        with transaction.atomic():
            refused = queue.settle(settlements, max_attempts=self.max_attempts)
            lost = {item.pk for item in refused}
            self.settled([pair for pair in settlements if pair[0].pk not in lost])
            if refused:
                self.refused(refused)

    def _suspect(self, items: list[T], error: str) -> None:
        with transaction.atomic():
            refused = queue.suspect(items, error, max_attempts=self.max_attempts)
            if refused:
                self.refused(refused)


def in_transaction_of_ours(wrapper: BaseDatabaseWrapper | None = None) -> bool:
    """Tell whether a transaction is open that is not merely the one a test case wraps around itself."""
    blocks = (wrapper or connections[DEFAULT_DB_ALIAS]).atomic_blocks
    return any(not getattr(block, "_from_testcase", False) for block in blocks)


senders: dict[str, "Sender[Any]"] = {}


def register_sender(sender: "Sender[Any]") -> None:
    """Add `sender` to those the worker runs."""
    senders[sender.name] = sender
