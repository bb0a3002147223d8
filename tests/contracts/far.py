"""A connector wired to its peer, for the suites that ask every connector the same."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest

from crm_sync.connectors import connector_classes
from crm_sync.connectors.base import (
    Capabilities,
    Connector,
    ConnectorConfig,
    Exchange,
    RemoteRecord,
    Row,
    RowResult,
)

KINDS = sorted(connector_classes())


def peer_of(kind: str) -> Any:
    return import_module(f"tests.contracts.peers.{kind}")


def _cases() -> list[Any]:
    return [
        pytest.param((kind, variant), id=f"{kind}-{variant}", marks=peer_of(kind).MARKS)
        for kind in KINDS
        for variant in peer_of(kind).VARIANTS
    ]


@dataclass
class Far:
    """A connector wired to its peer, and what went over the wire."""

    connector: Connector
    config: ConnectorConfig
    peer: Any
    exchanges: list[Exchange]
    calls: list[str]
    prefix: str
    request: Any

    @property
    def can(self) -> Capabilities:
        return type(self.connector).capabilities(self.config.options)

    def push(self, kind: str, *rows: Row) -> list[RowResult]:
        return self.connector.push(kind, rows, deadline=time.monotonic() + 30)

    def back(self, kind: str, row: Row) -> list[RemoteRecord]:
        parents = {row.key: row.parent_id} if row.parent_id else None
        return self.connector.read_back(kind, [row.key], parents=parents).get(row.key, [])

    def contact(self, number: int, **values: Any) -> Row:
        given = {
            "name": f"Ada {number}",
            "email": f"ada{number}.{self.prefix}@example.com",
            "email_verified": True,
            "language": "en",
            "handle": f"ada{number}",
            "points": number,
            "topics": 1,
            "posts": 2,
            "accepted_answers": 0,
            "joined_at": "2026-01-01T10:00:00+00:00",
            "last_seen_at": "",
        }
        given |= values
        return Row(key=f"{self.prefix}:contact:{number}", values=given, changed=frozenset(given))

    def person(self, name: str, email: str) -> str:
        """Somebody the CRM knows of itself; their id."""
        remote_id: str = self.peer.person(self.request, self.config, name, email)
        return remote_id

    def case(self, number: int, parent_id: str) -> Row:
        given = {
            "subject": "The lock jams",
            "description": "It worked yesterday.",
            "state": "escalated",
            "url": "https://community.example/t/1",
            "asked_at": "2026-01-01T10:00:00+00:00",
            "solved_at": "",
            "answers": 0,
            "same_problem": 2,
            "tags": "lock",
        }
        return Row(key=f"{self.prefix}:case:{number}", values=given, changed=frozenset(given), parent_id=parent_id)

    def idea(self, number: int, **values: Any) -> Row:
        given = {
            "title": "Unlock without a network",
            "board": "Rider app",
            "status": "Open",
            "response": "",
            "url": "https://community.example/i/1",
            "submitted_at": "2026-01-01T10:00:00+00:00",
            "votes": 2,
            "comments": 0,
            "merged_into": "",
        }
        given |= values
        return Row(key=f"{self.prefix}:idea:{number}", values=given, changed=frozenset(given))

    def vote(self, number: int, parent_id: str, **values: Any) -> Row:
        given = {
            "account": "Ville de Rennes",
            "title": "Unlock without a network",
            "url": "https://community.example/i/1",
            "voters": 14,
            "since": "2026-01-01T10:00:00+00:00",
        }
        given |= values
        return Row(key=f"{self.prefix}:vote:{number}", values=given, changed=frozenset(given), parent_id=parent_id)

    def note(self, number: int, parent_id: str) -> Row:
        given = {"text": "Asked a question", "url": "", "occurred_at": "2026-01-01T10:00:00+00:00"}
        key = f"{self.prefix}:activity:{number}"
        return Row(key=key, values=given, changed=frozenset(given), parent_id=parent_id)


@pytest.fixture(params=_cases())
def far(request: Any) -> Iterator[Far]:
    kind, variant = request.param
    peer = peer_of(kind)
    config = peer.config(request, peer.VARIANTS[variant])
    exchanges: list[Exchange] = []
    calls: list[str] = []
    connector = connector_classes()[kind](config, before_call=calls.append, record=exchanges.append)
    yield Far(connector, config, peer, exchanges, calls, uuid4().hex[:12], request)
    connector.close()
