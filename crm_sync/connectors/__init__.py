"""Connectors: one file a CRM, found by scanning this folder; `docs/howto/connector.md` says how to write one.

The only package of the project that may import an HTTP client.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from crm_sync.connectors.base import Connector

NOT_CONNECTORS = frozenset(
    {
        "base",
        "http",
        "masking",
        "sandbox_records",
        "tables",
        "tryton_hints",
        "tryton_notes",
        "tryton_opportunities",
        "tryton_parties",
        "tryton_rpc",
    }
)
"""Modules of this folder that connectors share."""


@cache
def connector_classes() -> dict[str, type[Connector]]:
    """Return the connector class of every file in this folder, by its kind (the file's name)."""
    names = sorted(module.name for module in iter_modules(__path__) if module.name not in NOT_CONNECTORS)
    return {name: import_module(f"{__name__}.{name}").CONNECTOR for name in names}


def connector_class(kind: str) -> type[Connector]:
    """Return the connector class of `kind`. Raises: LookupError for a kind without a file."""
    return connector_classes()[kind]
