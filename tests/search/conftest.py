"""Engines for tests: an embedded one in the configured one's place, or each engine in turn for the contract."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from search import backends
from search.backends.cluster.addresses import wire_for
from search.backends.cluster.backend import ClusterBackend
from search.backends.cluster.wires import ElasticsearchWire, Wire
from search.backends.embedded.backend import EmbeddedBackend
from search.port import Backend
from tests.search.elastic_on_opensearch import OpenSearchNode
from tests.search.places import Place

ENGINES = [
    "tantivy",
    pytest.param("opensearch-2", marks=pytest.mark.opensearch2),
    pytest.param("opensearch-3", marks=pytest.mark.opensearch3),
    pytest.param("elasticsearch", marks=pytest.mark.opensearch3),
]
PATIENCE_S = 20.0
"""Tests are not about how busy the machine is."""
_sites = count(1)
_shared: dict[str, ClusterBackend] = {}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedBackend]:
    """The embedded engine, empty, in the place of the configured one."""
    made = EmbeddedBackend(tmp_path / "search")
    backends.use(made)
    yield made
    backends.use(None)


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A site nobody else writes to, on each engine in turn. Server engines keep one index for all tests."""
    if request.param == "tantivy":
        made: Backend = EmbeddedBackend(tmp_path / "search")
        yield Place(made, next(_sites))
        made.close()
        return
    if request.param not in _shared:
        _shared[request.param] = _server(request.param)
    yield Place(_shared[request.param], next(_sites))


@pytest.fixture(params=ENGINES)
def own_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """The same with an index of the test's own, for what concerns the whole of it."""
    if request.param == "tantivy":
        made: Backend = EmbeddedBackend(tmp_path / "search")
        yield Place(made, 1)
        made.close()
        return
    server = _server(request.param)
    yield Place(server, 1)
    _drop(server)


@pytest.fixture(scope="session", autouse=True)
def _leave_nothing() -> Iterator[None]:
    """Remove the shared indexes at the end."""
    yield
    for server in _shared.values():
        _drop(server)
    _shared.clear()


def server_wire(name: str, *, read_timeout_s: float = PATIENCE_S) -> Wire:
    """Return the client `name` stands for, connected to the server of the tests."""
    address = os.environ["TEST_OPENSEARCH2_URL" if name == "opensearch-2" else "TEST_OPENSEARCH3_URL"]
    if name == "elasticsearch":
        return ElasticsearchWire(address, read_timeout_s=read_timeout_s, node_class=OpenSearchNode)
    return wire_for(address.replace("http:", "opensearch:"), read_timeout_s=read_timeout_s)


def _server(name: str) -> ClusterBackend:
    return ClusterBackend(server_wire(name), name=name, prefix=f"test-{uuid4().hex[:12]}")


def _drop(server: ClusterBackend) -> None:
    server.wire.call("DELETE", f"/{server.prefix}-*")
    server.close()
