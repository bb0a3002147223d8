"""What a CRM connector must do and what it may say of itself. The engine knows connectors only through this file.

A connector file `connectors/<kind>.py` defines one `Connector` subclass and names it: `CONNECTOR = Tryton`. Its
published limits and its answers-to-classes table stand in `connectors/data/<kind>.toml` (see `tables.py`).

The rules, all asserted for every connector by `tests/contracts/test_connectors.py`:

1. A call either returns one `RowResult` per row, in order, or raises a `CrmError` for the call as a whole. A connector
   that needs several requests for one `push` reports rows of a lost request as `UnknownOutcome` row by row.
2. Where `KindSupport.unique_key` holds, pushing a row twice leaves one record: `push` is an upsert on `Row.key`.
   Where it does not hold, `push` creates when `remote_id` is None, and the engine alone makes sure to call once.
3. `UnknownOutcome` whenever bytes left and no clear answer came. `Unreachable` only when none left.
4. Before each request the connector calls `self.before_call(endpoint)` and after it `self.record(Exchange(...))`
   (`http.HttpClient` does both). `before_call` may raise; let it pass.
5. It neither reads nor writes our tables, starts no thread, keeps no state that a new instance would miss.
6. A field absent from `Row.values` is left as it stands in the CRM.
7. Where `KindSupport.match_email` holds, `match` finds people the CRM knew before us, and `push` takes one over when
   told to (`Row.adopted`): our key is written beside what the record holds, and found by `read_back` like any other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal

from django.utils.functional import Promise

from crm_sync.errors import CrmError

Value = str | int | bool | None
"""What a canonical field holds on the wire: dates are ISO 8601 text in UTC, tags one text joined by commas."""

CONTACT, CASE, IDEA, VOTE, NOTE = "contact", "case", "idea", "vote", "note"
"""The kinds of record. Canonical fields, see `crm_sync/rendering.py`:

contact: name, email, email_verified, language, handle, points, topics, posts, accepted_answers, joined_at,
    last_seen_at
case:    subject, description, state, url, asked_at, solved_at, answers, same_problem, tags (parent: contact);
         coming back: case_state (open, waiting, solved, closed) and case_reference
idea:    title, board, status, response, url, submitted_at, votes, comments, merged_into (our key of an idea, or empty)
vote:    account, title, url, voters, since (parent: idea); one for each account that asks for an idea
note:    text, url, occurred_at (parent: contact); one line of the contact's timeline
"""
RECORDS = (CONTACT, CASE, IDEA, VOTE)
"""The kinds of record in desired state, parents before children."""


@dataclass(frozen=True, kw_only=True)
class KindSupport:
    """What the CRM can do with one kind of record."""

    remote_type: str
    """The CRM's own name: `party.party`."""
    batch_size: int
    """Rows one `push` may carry."""
    unique_key: bool
    """A unique field of the CRM holds our external key. False: creates are serial and settled by read-back."""
    upsert: bool = True
    """The CRM itself creates or updates in one request; False: the connector composes it from several."""
    parent_required: bool = False
    """The CRM refuses this kind without its parent, so it is withheld when the parent may not be sent."""
    settle_s: float = 30.0
    """How long after a lost reply the CRM may still store the record; until then "not found" proves nothing."""
    match_email: bool = False
    """Contact only: people the CRM knew before us are found by `match` and can be taken over."""
    endpoint: str = "default"
    """The family of requests its per-endpoint budget counts."""
    hint: str = ""
    """For staff when `unique_key` is False: how to add one, or why there cannot be one."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Published limits, from the data file; None: the vendor names none."""

    burst_calls: int | None
    burst_window_s: int
    daily_calls: int | None
    concurrent_calls: int
    per_endpoint: Mapping[str, int]
    """Calls per burst window and endpoint family."""
    source: str
    checked_on: date


@dataclass(frozen=True, kw_only=True)
class CredentialField:
    """One thing an administrator types in to connect."""

    name: str
    label: str
    secret: bool = True


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a connector says of its CRM."""

    label: str
    """Name as people know it: `Tryton`."""
    api_version: str
    kinds: Mapping[str, KindSupport]
    """By kind; no `note` means no timeline, then `timeline_reason` says why."""
    limits: Limits
    credentials: tuple[CredentialField, ...]
    has_endpoint: bool = True
    """The administrator names a server; False for one that is part of the product."""
    account_facts: bool = False
    """Plan, revenue and owner of accounts can be read; else `account_facts_reason` says why not."""
    account_facts_reason: str = ""
    timeline_reason: str = ""
    ideas_reason: str = ""
    """Why there is neither `idea` nor `vote` among the kinds."""
    poll: tuple[str, ...] = ()
    """Kinds whose changes can be read by `changed`."""


@dataclass(frozen=True, kw_only=True)
class ConnectorConfig:
    """What one connection gives its connector."""

    connection_id: int
    endpoint: str
    """Base URL; the sandbox has none."""
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One record to write, rendered from current facts. Values are absolute: writing them twice changes nothing."""

    key: str
    """External key `<installation>:<kind>:<id>`; for a kind without a unique field it goes into the reference."""
    values: Mapping[str, Value]
    """All canonical fields of the kind; for an erased contact empty."""
    remote_id: str | None = None
    """Set when linked."""
    changed: frozenset[str] = frozenset()
    """Fields that differ from the last push; all of them for a record never pushed."""
    parent_id: str | None = None
    """Remote id of the contact, for a case or note; of the idea, for a vote."""
    account_id: str = ""
    """Vote only: remote id of the account, where this CRM is the one that knows it."""
    erase: bool = False
    """Overwrite names and every contact with nothing personal, and deactivate the record."""
    adopted: bool = False
    """The record under `remote_id` was the CRM's before it became ours. Our key is written on it unless it is there;
    one that carries another key by now is `Duplicate`. With `erase` only what we wrote is taken away, key and notes."""


@dataclass(frozen=True, kw_only=True)
class RowResult:
    """What became of one row; with an `error`, `action` is `failed`."""

    key: str
    action: Literal["created", "updated", "unchanged", "erased", "failed"]
    remote_id: str = ""
    error: CrmError | None = None


@dataclass(frozen=True, kw_only=True)
class RemoteRecord:
    """A record as it stands in the CRM."""

    kind: str
    remote_id: str
    key: str
    """Our external key, or empty when the record is not ours."""
    values: Mapping[str, Value]
    """Canonical fields the connector can read back; others are absent."""
    changed_at: datetime
    url: str = ""
    """Where staff open it in the CRM."""
    parent_id: str = ""
    account_id: str = ""
    """Contact only: the account it belongs to."""
    active: bool = True
    merged_into: str = ""
    """Remote id of the survivor, when the CRM tells."""


@dataclass(frozen=True, order=True)
class Position:
    """Where a poll stands: the last (time, id) seen. Records of one time are told apart by id."""

    time: datetime
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Changed records in (changed_at, id) order."""

    records: Sequence[RemoteRecord]
    position: Position
    more: bool


@dataclass(frozen=True, kw_only=True)
class AccountRecord:
    """A company and its money facts; staff only, on every surface."""

    remote_id: str
    name: str
    plan: str
    revenue_minor: int | None
    """Yearly, in the currency's smallest unit."""
    currency: str
    owner: str
    changed_at: datetime
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """Changed accounts in (changed_at, id) order."""

    accounts: Sequence[AccountRecord]
    position: Position
    more: bool


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """Whether the connection would work: credentials, rights, unique key fields."""

    ok: bool
    server: str = ""
    """Product and version the server gave."""
    problems: tuple[str, ...] = ()
    """Sentences for the administrator, each with its cure."""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its answer, secrets already masked, for the run's page."""

    method: str
    url: str
    request: str
    status: int | None
    """None: no answer came."""
    response: str
    duration_ms: int


def ignore_call(endpoint: str) -> None:
    """Let every request pass; the default gate of a connector outside the engine."""


def ignore_exchange(exchange: Exchange) -> None:
    """Keep nothing; the default recorder of a connector outside the engine."""


class Connector:
    """Base of every connector. An instance lives for one run of one connection; `close` ends it."""

    kind: ClassVar[str]
    """The file's name."""
    hints: ClassVar[Mapping[str, "str | Promise"]] = {}
    """Sentences on cures, lazily translated, by key; the error table and errors name them `<kind>.<key>`."""

    def __init__(
        self,
        config: ConnectorConfig,
        *,
        before_call: Callable[[str], None] = ignore_call,
        record: Callable[[Exchange], None] = ignore_exchange,
    ) -> None:
        self.config = config
        self.before_call = before_call
        self.record = record

    @classmethod
    def capabilities(cls, options: Mapping[str, Value]) -> Capabilities:
        """Return what this CRM can do under the connection's options. Makes no request."""
        raise NotImplementedError

    def close(self) -> None:
        """Give back sockets. Idempotent: yes."""

    def check(self) -> CheckReport:
        """Try credentials, rights and unique key fields without writing; what is wrong is a problem, not an error.

        Raises: CrmError when the CRM is out of reach.
        """
        raise NotImplementedError

    def push(self, kind: str, rows: Sequence[Row], *, deadline: float) -> list[RowResult]:
        """Write rows of one kind, at most the kind's batch size.

        Args:
            deadline: `time.monotonic()` after which no request may start and none may still be waited for.

        Returns: one result per row, in order.
        Raises: CrmError for the call as a whole.
        """
        raise NotImplementedError

    def read_back(
        self, kind: str, keys: Sequence[str], *, parents: Mapping[str, str] | None = None
    ) -> dict[str, list[RemoteRecord]]:
        """Look records up by external key (or reference); more than one for a key is a conflict, none is absent.

        The answer must be what is committed now, from the record itself and not from a search index.

        Args:
            parents: remote id of the parent of each key, for a kind whose rows had one: some CRMs let nobody search
                notes but those of a record they name.
        """
        raise NotImplementedError

    def match(self, emails: Sequence[str]) -> dict[str, list[RemoteRecord]]:
        """Return the active contacts that hold one of these addresses, by address in lower case; absent: none.

        All of them, those that carry a key too: the engine decides. Called only where `match_email` holds.
        """
        raise NotImplementedError

    def read(self, kind: str, remote_ids: Sequence[str]) -> dict[str, RemoteRecord]:
        """Return the records that exist, by remote id; a merged one carries `merged_into`."""
        raise NotImplementedError

    def changed(self, kind: str, since: Position, limit: int) -> Page:
        """Return at most `limit` records after `since`, whoever changed them."""
        raise NotImplementedError

    def listing(self, kind: str, after: str, limit: int) -> list[RemoteRecord]:
        """Return at most `limit` records that carry a key of ours, by remote id after `after`; for the audit."""
        raise NotImplementedError

    def accounts(self, since: Position, limit: int) -> AccountPage:
        """Return at most `limit` accounts after `since`. Called only when `account_facts` holds."""
        raise NotImplementedError
