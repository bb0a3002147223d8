"""An engine that is down, slow, full or at odds with us: pages say so at once, writes wait, nothing is lost."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from search import backends
from search.backends.cluster import wires
from search.backends.cluster.addresses import engine_in, name_in, wire_for
from search.backends.cluster.backend import ClusterBackend
from search.backends.cluster.mapping import index_body, layout
from search.backends.cluster.wires import Wire
from search.models import SearchDirty
from search.port import Refused, Unavailable
from search.selectors import search, similar, suggest
from search.status import engine_trouble, search_status
from tests.factories.forums import TopicFactory
from tests.factories.members import MemberFactory
from tests.search.driving import settle_search
from tests.search.places import KIND, Place

pytestmark = [pytest.mark.loopback]
ANSWER_S = 0.3
READ_INDEX = f"tertulia-{layout()}-0"


class Server(ThreadingHTTPServer):
    """Plays an engine: answers what `play` says, remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.asked: list[tuple[str, str, str, dict[str, str]]] = []
        self.bulk_answer: dict[str, Any] = {"items": []}
        self.search_status = 200
        self.product = ""

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.server_port}"

    def play(self, method: str, path: str) -> tuple[int, dict[str, Any]]:
        """Return what to answer."""
        if path.endswith("_alias"):
            roles = {f"tertulia-{role}": {} for role in ("read", "write")}
            return 200, {READ_INDEX: {"aliases": roles}}
        if path.endswith("_mapping"):
            return 200, {READ_INDEX: {"mappings": {"_meta": {"filled": True}}}}
        if path.startswith("/_bulk"):
            return 200, self.bulk_answer
        if path.endswith("_search"):
            return self.search_status, {"hits": {"hits": []}, "aggregations": {"total": {"doc_count": 0}}}
        return 200, {"version": {"number": "8.19.0"}}


class _Answering(BaseHTTPRequestHandler):
    server: Server

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        self.server.asked.append((self.command, self.path, body, dict(self.headers.items())))
        status, answer = self.server.play(self.command, self.path)
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        if self.server.product:
            self.send_header("x-elastic-product", self.server.product)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A played engine."""
    made = Server()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join(5)


@pytest.fixture(params=["opensearch", "elasticsearch"])
def played(request: pytest.FixtureRequest, server: Server) -> Iterator[Place]:
    """A site on the played engine, by either client."""
    server.product = "Elasticsearch" if request.param == "elasticsearch" else ""
    engine = ClusterBackend(wire_for(f"{request.param}://{server.address}", read_timeout_s=5), name=request.param)
    yield Place(engine, 1)
    engine.close()


@contextmanager
def _in_use(url: str) -> Iterator[Wire]:
    wire = wire_for(url, read_timeout_s=0.2)
    backends.use(ClusterBackend(wire, name="OpenSearch"))
    try:
        yield wire
    finally:
        backends.use(None)


@pytest.fixture
def silent() -> Iterator[str]:
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["opensearch", "elasticsearch", "http"])
@pytest.mark.parametrize("how", ["silent", "nobody"])
def test_pages_hear_at_once_that_the_engine_is_down(scheme: str, how: str, request: pytest.FixtureRequest) -> None:
    site, visitor = Site.objects.get(is_default_site=True), AnonymousUser()
    with _in_use(f"{scheme}://{request.getfixturevalue(how)}") as wire:
        began = time.monotonic()
        found = search(text="kettle", viewer=visitor, site=site)
        took = time.monotonic() - began
        assert (found.available, found.results) == (False, ())
        wire.perform = Mock(wraps=wire.perform)  # type: ignore[method-assign]
        assert not suggest(prefix="kett", viewer=visitor, site=site).available
        assert not similar(title="kettle", viewer=visitor, site=site).available

    assert took < ANSWER_S * 3, "a busy machine is given some more"
    assert not wire.perform.called, "once it is known to be down, nobody waits"


@pytest.mark.django_db
def test_staff_hear_of_it_and_what_waits_is_counted(nobody: str, client: Client) -> None:
    client.force_login(MemberFactory(roles=["moderator"]))
    with _in_use(f"opensearch://{nobody}"):
        TopicFactory(title="Kettle")
        settle_search()
        status = search_status()
        trouble = engine_trouble()
        page = client.get(reverse("portal:staff")).content.decode()

    assert "Search does not answer." in page
    assert status["available"] is False
    assert status["note"]
    assert status["waiting"] == SearchDirty.objects.count() >= 1
    assert trouble


@pytest.mark.django_db
def test_what_could_not_be_written_is_written_when_the_engine_is_back(nobody: str, engine: Any) -> None:
    with _in_use(f"opensearch://{nobody}"):
        topic = TopicFactory(title="Kettle")
        settle_search()
        rows = SearchDirty.objects.all()
        assert {(row.state, row.attempts, row.last_error) for row in rows} == {("waiting", 0, "unavailable")}

    backends.use(engine)
    SearchDirty.objects.update(not_before=None)
    settle_search()

    found = search(text="kettle", viewer=AnonymousUser(), site=Site.objects.get(is_default_site=True))
    assert [result.id for result in found.results] == [topic.pk]
    cache.clear()
    assert engine_trouble() == ""


def test_after_a_failure_one_probe_goes_through_when_the_time_is_up(
    played: Place, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.search_status = 503
    with pytest.raises(Unavailable):
        played.page("kettle")
    server.search_status = 200
    before = len(server.asked)
    with pytest.raises(Unavailable):
        played.page("kettle")
    assert len(server.asked) == before, "nobody asked"

    monkeypatch.setattr(wires, "monotonic", lambda: time.monotonic() + wires.OPEN_S + 1)

    assert played.page("zz").total == 0
    assert len(server.asked) > before


def test_writes_carry_their_version_and_stale_ones_are_done(played: Place, server: Server) -> None:
    server.bulk_answer = {"items": [{"index": {"_id": f"{KIND}:1", "status": 409}}]}

    assert played.engine.index([played.document(1, "kettle", version=7)]) == 0
    played.engine.delete([(KIND, 1)], version=8)

    bulks = [(body, headers) for _method, path, body, headers in server.asked if path.startswith("/_bulk")]
    written, deleted = (json.loads(body.splitlines()[0]) for body, _headers in bulks)
    assert written["index"]["version"] == 7
    assert deleted["delete"]["version"] == 8
    assert written["index"]["version_type"] == deleted["delete"]["version_type"] == "external_gte"
    kinds = {value for _body, headers in bulks for name, value in headers.items() if name.lower() == "content-type"}
    expected = "application/x-ndjson"
    if played.engine.name == "elasticsearch":
        expected = "application/vnd.elasticsearch+x-ndjson; compatible-with=8"
    assert kinds == {expected}


def test_each_line_of_a_bulk_is_looked_at(played: Place, server: Server) -> None:
    refusal = {"type": "mapper_parsing_exception", "reason": "no"}
    server.bulk_answer = {
        "items": [
            {"index": {"_id": f"{KIND}:1", "status": 201}},
            {"index": {"_id": f"{KIND}:2", "status": 400, "error": refusal}},
        ]
    }
    with pytest.raises(Refused) as refused:
        played.engine.index([played.document(1), played.document(2)])
    assert refused.value.reasons == {(KIND, 2): "mapper_parsing_exception"}

    server.bulk_answer = {"items": [{"index": {"_id": f"{KIND}:1", "status": 429, "error": {}}}]}
    with pytest.raises(Unavailable):
        played.engine.index([played.document(1)])


@pytest.mark.django_db
def test_a_document_the_engine_will_never_take_ends_dead_and_the_others_leave(server: Server) -> None:
    first, second = TopicFactory(title="Kettle"), TopicFactory(title="Saucepan")
    error = {"type": "mapper_parsing_exception"}
    server.bulk_answer = {
        "items": [
            {"index": {"_id": f"forums.topic:{first.pk}", "status": 201}},
            {"index": {"_id": f"forums.topic:{second.pk}", "status": 400, "error": error}},
        ]
    }
    with _in_use(f"opensearch://{server.address}"):
        settle_search()

    (left,) = SearchDirty.objects.all()
    assert (left.kind, left.object_id, left.state) == ("forums.topic", second.pk, "dead")
    assert left.last_error == "mapper_parsing_exception"


def test_http_addresses_find_out_which_engine_answers(server: Server) -> None:
    server.product = "Elasticsearch"
    wire = wire_for(f"http://{server.address}", read_timeout_s=5)

    wire.call("GET", "/_search")

    assert "vnd.elasticsearch" in server.asked[-1][3].get("accept", server.asked[-1][3].get("Accept", ""))
    wire.close()


@pytest.mark.parametrize(
    ("url", "name", "engine"),
    [
        ("opensearch://search:9200", "tertulia", "OpenSearch"),
        ("elasticsearch://u:p@search/Our%20Shop", "our-shop", "Elasticsearch"),
        ("https://search.example.com/brisa_2/", "brisa_2", "search server"),
    ],
)
def test_the_address_says_name_and_engine(url: str, name: str, engine: str) -> None:
    assert (name_in(url), engine_in(url)) == (name, engine)


def test_the_mapping_is_strict_and_knows_both_languages() -> None:
    body = index_body()

    assert body["mappings"]["dynamic"] == "strict"
    assert body["mappings"]["_meta"] == {"layout": layout(), "filled": False}
    assert body["settings"]["gc_deletes"] == "1h"
    assert {"folded", "folded_en", "folded_es"} <= set(body["settings"]["analysis"]["analyzer"])
