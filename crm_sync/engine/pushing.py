"""From intents to settlements: batches, lost replies, the seven classes. Yields after every call.

Every path ends in exactly one settlement per intent, or leaves the item unsettled (its lease runs out, or the sender
gives it back). Nothing is created twice: a create is preceded by a link in state `creating`, committed; and a link
whose outcome is unknown is read back before anything else is sent.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from community.work.outcomes import Dead, Done, Failed, Later, Outcome
from crm_sync.budgets import lane_free, lane_hold, lane_take
from crm_sync.connectors.base import NOTE, RECORDS, KindSupport, RemoteRecord, RowResult
from crm_sync.engine.linking import distinct, link_reset, links_save
from crm_sync.engine.matching import match, matchable
from crm_sync.engine.packing import MAX_UNKNOWN, Intent, Item, Settlement, later
from crm_sync.engine.session import Session
from crm_sync.errors import Contention, CrmError, Duplicate, Forbidden, Gone, InvalidData, Throttled, UnknownOutcome
from crm_sync.models import Attempt, Link
from crm_sync.rendering import COMES_BACK
from crm_sync.states import connection_well, is_running

REMOTE_KINDS = {**{kind: kind for kind in RECORDS}, "activity": NOTE, "day": NOTE}
"""Kind of a link -> kind of record the connector knows."""
Settled = Iterator[list[Settlement]]


class StopTurn(Exception):  # noqa: N818 it is a signal, not an error
    """The connection waits or stopped: what is left of the turn goes back until then."""

    def __init__(self, outcome: Outcome | None) -> None:
        super().__init__()
        self.outcome = outcome


class Pusher:
    """Sends intents of one link kind for one session."""

    def __init__(self, session: Session, kind: str, *, hold: Callable[[Sequence[Any]], Sequence[Item]]) -> None:
        self.session = session
        self.kind = kind
        self.remote_kind = REMOTE_KINDS[kind]
        self.support: KindSupport = session.capabilities.kinds[self.remote_kind]
        self._hold = hold
        self._fence: int | None = None

    def push(self, intents: Sequence[Intent]) -> Settled:
        """Send all `intents`; yield settlements after each call. Raises: StopTurn, LeaseLostError."""
        lane = "" if self.support.unique_key else f"serial:{self.remote_kind}"
        if lane:
            self._fence = lane_take(self.session.crm, lane, lease_s=self.session.lease_s)
            if self._fence is None:
                yield [later(intent.item, 1.0, "waits for its turn") for intent in intents]
                return
        try:
            unknown = [intent for intent in intents if intent.link.unknown_since]
            ready = [intent for intent in intents if not intent.link.unknown_since]
            for chunk in self._chunks(unknown):
                yield from self._read_back(chunk, ready)  # which clears `unknown_since`
            for chunk in self._chunks(ready):
                yield from self._match(chunk)  # which drops what a person must decide
                yield from self._push(chunk)
        finally:
            if lane and self._fence is not None:
                lane_free(self.session.crm, lane, self._fence)

    def _chunks(self, intents: Sequence[Intent]) -> Iterator[list[Intent]]:
        """Fill batches; records whose replies were lost before travel in ever smaller company."""
        chunk: list[Intent] = []
        for intent in sorted(intents, key=lambda one: one.link.unknown_count):
            size = max(1, self.support.batch_size >> (2 * intent.link.unknown_count))
            if len(chunk) >= size:
                yield chunk
                chunk = []
            chunk.append(intent)
        if chunk:
            yield chunk

    # What a batch goes through

    def _ours(self, intents: list[Intent]) -> list[Intent]:
        """Renew the leases; drop what somebody else holds by now, and let the gate ask again before each request.

        Raises: StopTurn when the connection was paused meanwhile.
        """
        if not is_running(self.session.crm):
            raise StopTurn(None)
        held = {item.pk for item in self._hold([intent.item for intent in intents])}
        mine = [intent for intent in intents if intent.item.pk in held]
        items = [intent.item for intent in mine]
        self.session.still_ours = lambda: len(self._hold(items)) == len(items) and self._fence_holds()
        return mine

    def _fence_holds(self) -> bool:
        if self._fence is None:
            return True
        return lane_hold(self.session.crm, f"serial:{self.remote_kind}", self._fence, lease_s=self.session.lease_s)

    def _match(self, intents: list[Intent]) -> Settled:
        """Find people the CRM knew before us; what is not to be pushed now is settled and leaves `intents`."""
        wanted = matchable(self.session, self.support, intents)
        if not wanted:
            return
        mine = self._ours(intents)
        try:
            settled = match(self.session, self.support, [intent for intent in wanted if intent in mine])
        except (Throttled, Forbidden) as error:
            raise self._stop(error) from error
        except CrmError as error:
            if wait_until := self.session.failed(error):
                raise StopTurn(Later(wait_until, error.failure_class)) from error
            settled = [later(intent.item, 2.0, error.failure_class) for intent in wanted if intent in mine]
        gone = {settlement.item.pk for settlement in settled}
        intents[:] = [intent for intent in mine if intent.item.pk not in gone]
        if settled:
            yield settled

    def _push(self, intents: list[Intent], *, again: bool = False) -> Settled:
        with transaction.atomic():  # so that nobody takes the rows between the lease and the link
            intents = self._ours(intents)
            self._creating(intents)
        if not intents:
            return
        try:
            with self.session.call("push", self.remote_kind, rows=len(intents)) as call:
                rows = [intent.row() for intent in intents]
                results = self.session.connector.push(self.remote_kind, rows, deadline=call.deadline)
                self._check(intents, results)
        except (Throttled, Forbidden) as error:
            yield [self._unsent(intent) for intent in intents if intent.is_create]
            raise self._stop(error) from error
        except (Contention, InvalidData, Duplicate, Gone) as error:
            if len(intents) > 1:
                yield from self._push(intents[: len(intents) // 2], again=again)
                yield from self._push(intents[len(intents) // 2 :], again=again)
                return
            yield from self._settle(intents, [_failed(intents[0], error)], call.attempt, again=again)
            return
        except UnknownOutcome as error:
            failed = [_failed(intent, error) for intent in intents]
            yield from self._settle(intents, failed, call.attempt, again=again)
            if wait_until := self.session.failed(error):
                raise StopTurn(Later(wait_until, "unknown")) from error
            return
        yield from self._settle(intents, results, call.attempt, again=again)
        self._conclude(results)

    def _conclude(self, results: Sequence[RowResult]) -> None:
        """Close the breaker, or let a reply lost for single rows, or a request to wait, count like one for all."""
        for result in results:
            if isinstance(result.error, Throttled | UnknownOutcome):
                wait_until = self.session.failed(result.error)
                if wait_until:
                    raise StopTurn(Later(wait_until, result.error.failure_class))
                return
        connection_well(self.session.crm)

    def _check(self, intents: Sequence[Intent], results: Sequence[RowResult]) -> None:
        if [result.key for result in results] != [intent.key for intent in intents]:
            raise UnknownOutcome("The connector did not answer row by row.")

    def _creating(self, intents: Sequence[Intent]) -> None:
        """Commit, before the call, that these records may exist from now on, and what they would hold."""
        now = timezone.now()
        links = []
        for intent in intents:
            if intent.is_create:
                link = intent.link
                link.state, link.unknown_since, link.hashes = Link.State.CREATING, now, intent.hashes
                link.remote_type, link.adopted = self.support.remote_type, intent.adopt_id is not None
                links.append(link)
        links_save(links)

    def _unsent(self, intent: Intent) -> Settlement:
        """The call was refused as a whole before anything was stored, so the record does certainly not exist."""
        link_reset(intent.link)
        return Settlement(intent.item, Later(timezone.now(), "throttled"), intent.link)

    def _stop(self, error: CrmError) -> StopTurn:
        wait_until = self.session.failed(error)
        return StopTurn(Later(wait_until, error.failure_class) if wait_until else None)

    # What each row comes to

    def _settle(self, intents: list[Intent], results: Sequence[RowResult], attempt: Attempt, *, again: bool) -> Settled:
        settled, retry = [], []
        for intent, result in zip(intents, results, strict=True):
            settlement = self._settled(intent, result, again=again)
            if settlement is None:
                retry.append(intent)
            else:
                settlement.attempt_id = attempt.pk
                settled.append(settlement)
        yield distinct(self.session.crm, self.support.remote_type, settled)
        for intent in retry:
            yield from self._push([intent], again=True)

    def _settled(self, intent: Intent, result: RowResult, *, again: bool) -> Settlement | None:
        """Return the settlement of one row, or None to push it once more with what was learned."""
        error = result.error
        if error is None:
            return self._succeeded(intent, result)
        if isinstance(error, UnknownOutcome):
            return self._unknown(intent, error)
        if isinstance(error, Duplicate | Gone) and not again:
            try:
                return self._duplicate(intent, error) if isinstance(error, Duplicate) else self._gone(intent, error)
            except CrmError as trouble:  # the look-up failed; the link is as it was, so the next turn looks again
                self.session.failed(trouble)
                return later(intent.item, 2.0, trouble.failure_class)
        link = intent.link
        if intent.is_create:
            link_reset(link)
        if isinstance(error, Throttled | Contention):
            outcome: Outcome = Failed(error.failure_class) if isinstance(error, Contention) else _soon(error)
            return Settlement(intent.item, outcome, link, "failed", error)
        if isinstance(error, Duplicate):
            link.state, link.detail = Link.State.CONFLICT, "duplicate"
        cause = f"{error.failure_class}:{error.field}" if error.field else error.failure_class
        return Settlement(intent.item, Dead(cause), link, "failed", error)

    def _succeeded(self, intent: Intent, result: RowResult) -> Settlement:
        link = intent.link
        if intent.erase and link.adopted:
            return self._let_go(intent, result)
        link.state, link.detail = intent.becomes, ""
        link.remote_id, link.remote_type = result.remote_id or link.remote_id, self.support.remote_type
        link.hashes = {} if intent.erase else intent.hashes
        link.unknown_since, link.unknown_count, link.pushed_at = None, 0, timezone.now()
        comes_back = [name for name in COMES_BACK.get(self.kind, ()) if name in intent.values]
        wrote = {name: intent.values[name] for name in comes_back if name in intent.changed}
        link.base = {} if intent.erase else {**link.base, **{name: intent.values[name] for name in comes_back}}
        return Settlement(intent.item, Done(), link, result.action, wrote=wrote)

    def _let_go(self, intent: Intent, result: RowResult) -> Settlement:
        """What we wrote on a record of the CRM's own is gone; of the rest of an erased person a colleague decides."""
        link = intent.link
        link.former_ids = [*link.former_ids, link.remote_id]
        link.state, link.detail, link.remote_id = intent.becomes, "", None
        link_reset(link)
        link.unknown_count, link.pushed_at = 0, timezone.now()
        outcome: Outcome = Dead("adopted") if intent.becomes == Link.State.ERASED else Done()
        return Settlement(intent.item, outcome, link, result.action)

    def _unknown(self, intent: Intent, error: CrmError) -> Settlement:
        """Stored or not, nobody knows: read a create back at once, send an update again once the lost call is over."""
        link, now = intent.link, timezone.now()
        breaker_closed = self.session.crm.trouble_count <= 2
        link.unknown_count += 1 if breaker_closed else 0  # while the CRM is down it is not the record's fault
        if link.unknown_count >= MAX_UNKNOWN:
            return Settlement(intent.item, Dead("unknown"), link, "failed", error)
        if intent.is_create:
            link.unknown_since = now  # the call may have begun long before its reply was lost
            return Settlement(intent.item, Later(now + timedelta(seconds=0.5), "unknown"), link, "failed", error)
        link.hashes = {}
        until = now + timedelta(seconds=self.support.settle_s)
        return Settlement(intent.item, Later(until, "unknown"), link, "failed", error)

    def _duplicate(self, intent: Intent, error: Duplicate) -> Settlement | None:
        """The CRM has it already: ours by its key, then it is linked and updated; somebody else's, then a conflict."""
        records = self._look_up([intent])[intent.key]
        if intent.adopt_id and not records:
            return self._rethink(intent)  # somebody else took it over meanwhile
        if len(records) == 1 and intent.adopt_id:
            link_reset(intent.link)
            self._link(intent, records[0])
            return later(intent.item, 0.0, "match", intent.link)  # ours by its key: packed anew, whole
        if len(records) == 1:
            intent.link.hashes = {}  # it was there before our call: nothing we have to say is known to stand in it
            self._link(intent, records[0])
            return None
        link = intent.link
        link.state, link.unknown_since, link.hashes = Link.State.CONFLICT, None, {}
        link.detail = f"key: {len(records)} records" if records else f"taken: {error.remote_id or error.field}"
        return Settlement(intent.item, Dead("duplicate"), link, "failed", error)

    def _gone(self, intent: Intent, error: Gone) -> Settlement | None:
        """The linked record is no more: go on with the survivor of a merge, else ask a person."""
        link = intent.link
        if intent.adopt_id:
            return self._rethink(intent)
        survivor_id = error.survivor_id
        if not survivor_id and link.remote_id:
            record = self._read(link.remote_id)
            survivor_id = record.merged_into if record else ""
        link.former_ids = [*link.former_ids, link.remote_id] if link.remote_id else link.former_ids
        if not survivor_id:
            link.remote_id, link.hashes = None, {}
            if intent.erase:
                link.state = intent.becomes
                return Settlement(intent.item, Done(), link, "erased")
            link.state = Link.State.GONE
            return Settlement(intent.item, Dead("gone"), link, "failed", error)
        link.remote_id, link.hashes = survivor_id, {}
        intent.changed = frozenset(intent.hashes)
        return None

    # Reading back

    def _read_back(self, intents: list[Intent], ready: list[Intent]) -> Settled:
        """Settle unknown outcomes; what must be sent after all is added to `ready`."""
        intents = self._ours(intents)
        if not intents:
            return
        try:
            found = self._look_up(intents)
        except (Throttled, Forbidden) as error:
            raise self._stop(error) from error
        except CrmError as error:
            wait_until = self.session.failed(error)
            yield [later(intent.item, self.support.settle_s, "unknown") for intent in intents]
            if wait_until:
                raise StopTurn(Later(wait_until, "unknown")) from error
            return
        settled = [one for intent in intents if (one := self._found(intent, found[intent.key], ready)) is not None]
        for settlement in settled:
            settlement.attempt_id = self.session.last_attempt_id
        yield distinct(self.session.crm, self.support.remote_type, settled)

    def _found(self, intent: Intent, records: list[RemoteRecord], ready: list[Intent]) -> Settlement | None:
        link = intent.link
        if len(records) > 1:
            link.state, link.detail = Link.State.CONFLICT, f"key: {len(records)} records"
            return Settlement(intent.item, Dead("duplicate"), link)
        if records:
            self._link(intent, records[0])
            ready.append(intent) if intent.changed or intent.erase else None
            return None if intent.changed or intent.erase else self._confirmed(intent)
        since = link.unknown_since or timezone.now()
        settles_at = since + timedelta(seconds=self.support.settle_s)
        if timezone.now() < settles_at and (intent.erase or link.adopted or not self.support.unique_key):
            return Settlement(intent.item, Later(settles_at, "unknown"), link)
        if link.adopted and not intent.erase:
            return self._rethink(intent)
        link_reset(link)
        if intent.erase:
            link.state = intent.becomes
            return Settlement(intent.item, Done(), link, "unchanged")
        intent.changed = frozenset(intent.hashes)
        ready.append(intent)
        return None

    def _rethink(self, intent: Intent) -> Settlement:
        """The record to be taken over is not ours to take any more, or was not taken: begin anew."""
        link_reset(intent.link)
        return later(intent.item, 0.5, "match", intent.link)

    def _link(self, intent: Intent, record: RemoteRecord) -> None:
        """Take a record found by its key: what the lost create would have stored is stored."""
        link = intent.link
        link.state, link.remote_id, link.remote_type = Link.State.LINKED, record.remote_id, self.support.remote_type
        link.remote_url, link.unknown_since = record.url, None
        intent.changed = frozenset(name for name, digest in intent.hashes.items() if link.hashes.get(name) != digest)

    def _confirmed(self, intent: Intent) -> Settlement:
        result = RowResult(key=intent.key, action="created", remote_id=intent.link.remote_id or "")
        return self._succeeded(intent, result)

    def _look_up(self, intents: Sequence[Intent]) -> dict[str, list[RemoteRecord]]:
        keys = [intent.key for intent in intents]
        parents = {intent.key: intent.parent_id for intent in intents if intent.parent_id}
        with self.session.call("read_back", self.remote_kind, rows=len(keys)):
            found = self.session.connector.read_back(self.remote_kind, keys, parents=parents or None)
        return {key: found.get(key, []) for key in keys}

    def _read(self, remote_id: str) -> RemoteRecord | None:
        with self.session.call("read", self.remote_kind, rows=1):
            return self.session.connector.read(self.remote_kind, [remote_id]).get(remote_id)


def _failed(intent: Intent, error: CrmError) -> RowResult:
    return RowResult(key=intent.key, action="failed", error=error)


def _soon(error: Throttled) -> Later:
    return Later(timezone.now() + timedelta(seconds=error.retry_after_s), "throttled")
