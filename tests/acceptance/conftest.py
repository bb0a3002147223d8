"""The CRMs the acceptance suite runs on."""

from collections.abc import Iterator
from typing import Any

import pytest

from crm_sync.identity import installation_key
from tests.acceptance.worlds import SandboxWorld, TrytonWorld, World, new_installation
from tests.servers.fault_proxy import FaultProxy


@pytest.fixture(params=["sandbox", pytest.param("tryton", marks=pytest.mark.tryton)])
def world(request: Any) -> Iterator[World]:
    """A CRM, connected and running."""
    new_installation()
    if request.param == "sandbox":
        yield SandboxWorld()
    else:
        server = request.getfixturevalue("tryton")
        with FaultProxy(server.origin) as proxy:
            yield TrytonWorld(server, proxy)
    installation_key.cache_clear()
