"""One turn for one connection: its connector behind the gate, its run and attempts written down."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from crm_sync.budgets import call_take, lane_free, lane_hold, slot_take
from crm_sync.connectors import connector_class
from crm_sync.connectors.base import Capabilities, Connector, ConnectorConfig, Exchange
from crm_sync.credentials import CredentialsLostError, unseal
from crm_sync.errors import CrmError, Forbidden
from crm_sync.models import Attempt, AttemptRow, Connection, Run
from crm_sync.states import connection_attention, connection_trouble, connection_wait

CALL_S = 25.0
"""Longest one connector operation may take, all its requests together."""
LEASE_S = 60.0
"""Lease of rows and slots: longer than a call."""


class LeaseLostError(Exception):
    """Somebody else holds our rows by now: nothing more may be sent for them."""


class BusyError(Exception):
    """As many runs as the connection allows are under way."""


@dataclass
class Call:
    """One connector operation while it lasts, and what it leaves behind."""

    attempt: Attempt
    deadline: float
    exchanges: list[Exchange] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)


class Session:
    """A connector with its run. Enter it with `session_open`; make calls inside `call`."""

    def __init__(self, crm: Connection, run: Run, slot: tuple[str, int], *, call_s: float, lease_s: float) -> None:
        self.crm = crm
        self.run = run
        self._slot = slot
        self.lease_s = lease_s
        self._slot_held = time.monotonic()
        self.capabilities: Capabilities = capabilities_of(crm)
        self.still_ours: Callable[[], bool] = lambda: True
        """Asked before each request; the sender sets it to renew the leases of the rows in the call."""
        self.last_attempt_id: int | None = None
        self._call_s = call_s
        self._call: Call | None = None
        self.connector: Connector = connector_class(crm.kind)(
            ConnectorConfig(
                connection_id=crm.pk, endpoint=crm.endpoint, credentials=_credentials(crm), options=crm.options
            ),
            before_call=self._gate,
            record=self._record,
        )

    @contextmanager
    def call(self, operation: str, kind: str, *, rows: int = 0) -> Iterator[Call]:
        """Write an attempt down, let the operation run, write its end. A CrmError is noted and goes on up."""
        attempt = Attempt.objects.create(
            run=self.run, operation=operation, kind=kind, rows_sent=rows, started_at=timezone.now()
        )
        self.last_attempt_id = attempt.pk
        self._call = Call(attempt, time.monotonic() + self._call_s)
        try:
            yield self._call
        except CrmError as error:
            attempt.failure_class = error.failure_class
            attempt.message = error.message[:300]
            raise
        finally:
            self._end(self._call)
            self._call = None

    def _end(self, call: Call) -> None:
        attempt = call.attempt
        attempt.duration_ms = round((time.monotonic() - call.started) * 1000)
        attempt.exchanges = [vars(exchange) for exchange in call.exchanges]
        attempt.save(update_fields=["duration_ms", "exchanges", "failure_class", "message"])
        self.run.calls += len(call.exchanges)

    def _gate(self, endpoint: str) -> None:
        if not self.still_ours() or not self._slot_hold():
            raise LeaseLostError
        call_take(self.crm, self.capabilities.limits, endpoint)

    def _slot_hold(self) -> bool:
        if time.monotonic() - self._slot_held < self.lease_s / 4:
            return True
        self._slot_held = time.monotonic()
        return lane_hold(self.crm, *self._slot, lease_s=self.lease_s)

    def _record(self, exchange: Exchange) -> None:
        if self._call is not None:
            self._call.exchanges.append(exchange)

    def failed(self, error: CrmError) -> datetime | None:
        """Draw the connection's conclusion from a failed call; return until when it waits, None when it need not."""
        if isinstance(error, Forbidden):
            connection_attention(self.crm, error.message)
            return None
        if error.failure_class == "throttled":
            return connection_wait(self.crm, error)
        if error.failure_class == "unknown":
            return connection_trouble(self.crm, error)
        return None


def _credentials(crm: Connection) -> dict[str, str]:
    try:
        return unseal(crm.credentials)
    except CredentialsLostError as lost:
        raise Forbidden(str(lost), hint="engine.credentials") from lost


def capabilities_of(crm: Connection) -> Capabilities:
    """Return what the connection's CRM can do. Makes no request."""
    return connector_class(crm.kind).capabilities(crm.options)


@contextmanager
def session_open(
    crm: Connection, purpose: str, *, call_s: float = CALL_S, lease_s: float = LEASE_S
) -> Iterator[Session]:
    """Take a slot, begin a run, give the connector back at the end.

    Raises: BusyError when the connection has no free slot. A Forbidden on the way stops the connection.
    """
    slot = slot_take(crm, capabilities_of(crm).limits, lease_s=lease_s)
    if slot is None:
        raise BusyError
    run = Run.objects.create(connection=crm, purpose=purpose, started_at=timezone.now())
    session: Session | None = None
    try:
        session = Session(crm, run, slot, call_s=call_s, lease_s=lease_s)
        yield session
        run.outcome = run.outcome or "ok"
    except CrmError as error:
        run.outcome, run.detail = error.failure_class, error.message[:300]
        if session is None and isinstance(error, Forbidden):
            connection_attention(crm, error.message)
        raise
    except LeaseLostError:
        run.outcome = "lease"
        raise
    finally:
        if session is not None:
            session.connector.close()
        run.ended_at = timezone.now()
        run.save()
        lane_free(crm, *slot)


def rows_write(rows: Sequence[dict[str, Any]]) -> None:
    """Write what became of records, each with its attempt. Queries: 1."""
    now = timezone.now()
    AttemptRow.objects.bulk_create(AttemptRow(at=now, **row) for row in rows)
