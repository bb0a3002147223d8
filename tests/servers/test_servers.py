"""The servers that other tests lean on are themselves tried."""

import urllib.error
import urllib.request
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.servers.fault_proxy import FaultProxy
from tests.servers.tryton import TrytonServer

pytestmark = pytest.mark.loopback


class Echo(BaseHTTPRequestHandler):
    """Answers with the body it got, and remembers it."""

    heard: list[bytes] = []

    def do_POST(self) -> None:  # noqa: N802 the name is the library's
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def echo():
    """The address of a server that answers with what it hears."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Echo.heard.clear()
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask(url: str, body: bytes = b"0123456789") -> bytes:
    """POST and return the reply's body."""
    with urllib.request.urlopen(url, body, timeout=5) as reply:  # noqa: S310
        return reply.read()


def test_a_calm_proxy_changes_nothing(echo):
    with FaultProxy(echo) as proxy:
        assert ask(proxy.url) == b"0123456789"

        assert proxy.count() == 1


def test_a_throttled_request_never_reaches_the_crm(echo):
    with FaultProxy(echo, retry_after_s=7) as proxy:
        proxy.plan("throttled")

        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(proxy.url)

        assert (refused.value.code, refused.value.headers["Retry-After"]) == (429, "7")
        assert Echo.heard == []


@pytest.mark.parametrize("fault", ["stored_500", "cut"])
def test_a_reply_is_lost_but_the_crm_has_done_it(echo, fault):
    with FaultProxy(echo) as proxy:
        proxy.plan(fault)

        with pytest.raises((OSError, HTTPException)):
            ask(proxy.url)

        assert Echo.heard == [b"0123456789"]


def test_a_plan_waits_for_its_request(echo):
    with FaultProxy(echo) as proxy:
        proxy.plan("throttled", when=b"create")

        assert ask(proxy.url, b"read") == b"read"
        with pytest.raises(urllib.error.HTTPError):
            ask(proxy.url, b"create")


def test_the_dice_fall_the_same_way_for_the_same_seed(echo):
    def fates() -> list[str]:
        with FaultProxy(echo, seed=3, chance={"throttled": 0.5}) as proxy:
            for _ in range(12):
                try:
                    ask(proxy.url)
                except urllib.error.HTTPError:
                    continue
            return [seen.fate for seen in proxy.seen]

    assert fates() == fates()
    assert set(fates()) == {"throttled", "passed"}


@pytest.mark.tryton
def test_tryton_starts_with_a_company_and_a_complaint_type(tryton: TrytonServer):
    types = tryton.find("sale.complaint.type", [], ["name"])

    assert [kind["name"] for kind in types] == ["Community question"]
