"""Tryton as the contract suite meets it: a real server."""

from typing import Any

import pytest

from crm_sync.connectors.base import ConnectorConfig

MARKS: tuple[Any, ...] = (pytest.mark.tryton,)
VARIANTS: dict[str, dict[str, Any]] = {"8.2": {}}
BAD_CREDENTIALS = {"password": "wrong-one"}
MISSING_ID = "999999"


def config(request: Any, options: dict[str, Any]) -> ConnectorConfig:
    """Return the way to the server."""
    server = request.getfixturevalue("tryton")
    credentials = {"user": server.user, "password": server.password}
    return ConnectorConfig(connection_id=1, endpoint=server.url, credentials=credentials, options=options)


def person(request: Any, config: ConnectorConfig, name: str, email: str) -> str:
    """Let a colleague enter somebody; return their id."""
    lines = [["create", [{"type": "email", "value": email}]]]
    values = {"name": name, "contact_mechanisms": lines}
    return str(request.getfixturevalue("tryton").call("party.party", "create", [values])[0])
