"""The two senders: records in desired state, and notes on timelines. Both take rows of one connection at a time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from community.work import queue
from community.work.outcomes import Later, Outcome
from community.work.senders import Sender
from crm_sync.connectors.base import IDEA, RECORDS, VOTE
from crm_sync.engine.facts import votes_mark
from crm_sync.engine.notes import notes_pack
from crm_sync.engine.packing import Item, Packed, Settlement, parents_wanted, records_pack
from crm_sync.engine.pushing import Pusher, StopTurn
from crm_sync.engine.session import LEASE_S, BusyError, LeaseLostError, Session, session_open
from crm_sync.engine.settling import settlements_store
from crm_sync.errors import CrmError
from crm_sync.marking import records_mark
from crm_sync.models import Connection, CrmDirty, CrmTimeline
from crm_sync.models.work import HIGH
from crm_sync.states import sending_now

T = TypeVar("T", CrmDirty, CrmTimeline)
Pairs = list[tuple[T, Outcome]]


class CrmSender(Sender[T]):
    """What both senders share: one connection a turn, and a settlement that stores links and history."""

    purpose: ClassVar[str]
    batch = 400
    lease_s = LEASE_S

    def __init__(self, only: QuerySet[Connection] | None = None) -> None:
        self._only = Connection.objects.all() if only is None else only
        self._last_id = 0
        self._settlements: dict[tuple[int, int], Settlement] = {}
        self._session: Session | None = None

    def rows(self) -> QuerySet[T]:
        """Return the rows of the next connection, in turn, that has any it may send now."""
        rows = self.model._base_manager.all()
        due = queue.due(rows.filter(connection__in=self._only.filter(sending_now())))
        waiting = sorted(due.order_by().values_list("connection_id", flat=True).distinct())
        if not waiting:
            return rows.filter(pk=0)
        self._last_id = next((pk for pk in waiting if pk > self._last_id), waiting[0])
        return self.ordered(rows.filter(connection_id=self._last_id))

    def ordered(self, rows: QuerySet[T]) -> QuerySet[T]:
        """Return `rows` in the order they leave."""
        raise NotImplementedError

    def turn(self, session: Session, items: Sequence[T]) -> Iterator[list[Settlement]]:
        """Pack and send `items`, all of the session's connection."""
        raise NotImplementedError

    def send(self, items: Sequence[T]) -> Iterable[Pairs[T]]:
        """Send one connection's rows; whatever stops the turn, each row ends settled or given back."""
        crm = Connection.objects.get(pk=items[0].connection_id)
        open_items = {item.pk: item for item in items}
        try:
            with session_open(crm, self.purpose, lease_s=self.lease_s) as session:
                self._session = session
                session.run.oldest_at = min(waits_since(item) for item in items)
                for settlements in self._turn(session, items):
                    for settlement in settlements:
                        open_items.pop(settlement.item.pk, None)
                    yield self._kept(settlements)
        except BusyError:
            yield [(item, Later(timezone.now() + timedelta(seconds=1), "busy")) for item in items]
        except LeaseLostError:
            return
        except StopTurn as stop:
            if stop.outcome is not None:
                yield [(item, stop.outcome) for item in open_items.values()]
        except CrmError:
            return  # the session has drawn the conclusion; the rows go back
        finally:
            self._session = None
            self._settlements.clear()

    def _turn(self, session: Session, items: Sequence[T]) -> Iterator[list[Settlement]]:
        try:
            yield from self.turn(session, items)
        except StopTurn as stop:
            session.run.outcome = getattr(stop.outcome, "error", "") or "stopped"
            raise

    def _kept(self, settlements: list[Settlement]) -> Pairs[T]:
        self._settlements |= {(one.item.pk, one.item.epoch): one for one in settlements}
        return [(one.item, one.outcome) for one in settlements]  # type: ignore[misc]

    def settled(self, settlements: Sequence[tuple[T, Outcome]]) -> None:
        """Store links, ledger and history of the rows that were still ours."""
        kept = [self._settlements.pop((item.pk, item.epoch), None) for item, _ in settlements]
        if self._session is not None:
            settlements_store(self._session, [one for one in kept if one is not None])


def waits_since(item: Item) -> datetime:
    """Return when a row began to wait: when it was marked, or when the day was over that it gathered."""
    gathered_until = item.not_before if not item.last_error else None
    return max(item.created_at, gathered_until or item.created_at)


def parents_ask(crm: Connection, packed: Packed) -> None:
    """Queue parents that something waits for and nobody queued. Queries: 0 when nothing waits."""
    waiting = [one.waits_for for one in packed.settled if one.waits_for is not None]
    for kind in {kind for kind, _id in waiting}:
        wanted = parents_wanted(crm, kind, [parent_id for of_kind, parent_id in waiting if of_kind == kind])
        records_mark([(crm.pk, kind, parent_id) for parent_id in wanted], priority=HIGH)


class RecordSender(CrmSender[CrmDirty]):
    """Contacts, cases, ideas, votes by account: parents before children."""

    name = "crm_sync.records"
    model = CrmDirty
    purpose = "records"

    def ordered(self, rows: QuerySet[CrmDirty]) -> QuerySet[CrmDirty]:
        """Erasures first, imports last."""
        return rows.order_by("priority", "id")

    def turn(self, session: Session, items: Sequence[CrmDirty]) -> Iterator[list[Settlement]]:
        """Send parents, then what hangs on them; ask for a parent that nobody queued, and mark an idea's accounts."""
        for kind in RECORDS:
            mine = [item for item in items if item.kind == kind]
            if not mine:
                continue
            if kind == IDEA and VOTE in session.crm.enabled_kinds:
                with transaction.atomic():
                    votes_mark(session.crm, [item.object_id for item in mine])
            packed = records_pack(session.crm, session.capabilities, kind, mine)
            parents_ask(session.crm, packed)
            if packed.settled:
                yield packed.settled
            yield from Pusher(session, kind, hold=self.hold).push(packed.intents)

    def refused(self, items: Sequence[CrmDirty]) -> None:
        """Somebody else sent these meanwhile, maybe newer values: send the current ones once more."""
        records_mark([(item.connection_id, item.kind, item.object_id) for item in items])


class TimelineSender(CrmSender[CrmTimeline]):
    """Notes on the timelines of contacts."""

    name = "crm_sync.timeline"
    model = CrmTimeline
    purpose = "timeline"

    def ordered(self, rows: QuerySet[CrmTimeline]) -> QuerySet[CrmTimeline]:
        """Oldest first."""
        return rows.order_by("id")

    def turn(self, session: Session, items: Sequence[CrmTimeline]) -> Iterator[list[Settlement]]:
        """Send raw notes, then daily ones."""
        for kind in ("activity", "day"):
            mine: list[Item] = [item for item in items if item.kind == kind]
            if not mine:
                continue
            packed = notes_pack(session.crm, session.capabilities, kind, mine)
            parents_ask(session.crm, packed)
            if packed.settled:
                yield packed.settled
            if packed.intents:
                yield from Pusher(session, kind, hold=self.hold).push(packed.intents)

    def refused(self, items: Sequence[CrmTimeline]) -> None:
        """A note is never overtaken by a newer one of its own: its key keeps it single."""
