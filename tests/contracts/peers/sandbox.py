"""The sandbox as the contract suite meets it: with unique keys for cases, and without."""

from typing import Any

from crm_sync.connectors.base import ConnectorConfig
from crm_sync.models import SandboxContact
from tests.factories.crm_sync import ConnectionFactory

MARKS: tuple[Any, ...] = ()
VARIANTS: dict[str, dict[str, Any]] = {"keyed": {"case_unique_key": True}, "keyless": {"case_unique_key": False}}
BAD_CREDENTIALS = {"token": "revoked"}
MISSING_ID = "999999999"


def config(request: Any, options: dict[str, Any]) -> ConnectorConfig:
    """Return the way to a fresh sandbox."""
    crm = ConnectionFactory(options=options)
    return ConnectorConfig(connection_id=crm.pk, endpoint="", credentials={"token": "sandbox-token"}, options=options)


def person(request: Any, config: ConnectorConfig, name: str, email: str) -> str:
    """Let the CRM know somebody of its own; return their id."""
    return str(SandboxContact.objects.create(connection_id=config.connection_id, name=name, email=email).pk)
