"""The nginx file we ship: what it may keep a copy of, for whom, and for how long."""

import http.server
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import nginx

pytestmark = pytest.mark.nginx


class Application(http.server.BaseHTTPRequestHandler):
    """Stands for ours: counts its answers, and allows copies as the front does."""

    protocol_version = "HTTP/1.1"
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        told = (self.headers["Host"], self.headers["X-Forwarded-For"], self.headers["X-Forwarded-Proto"])
        assert told == ("127.0.0.1", "127.0.0.1", "http"), told
        body = f"answer {self.asked} in {self.headers.get('Accept-Encoding', 'plain')}".encode()
        self.send_response(200)
        if self.path.startswith("/shared"):
            self.send_header("X-Accel-Expires", "1")
        self.send_header("Cache-Control", "max-age=900")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[str]:
    """Address of nginx in front of a small application."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = nginx.free_port()
    inside = nginx.shipped(tmp_path, port=port, upstream=server.server_address[1])
    with nginx.running(tmp_path, inside, port):
        yield f"http://127.0.0.1:{port}"
    server.shutdown()


def ask(url: str, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, headers=named)  # noqa: S310 loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 loopback
        assert answer.headers["X-Accel-Expires"] is None
        return str(answer.read().decode())


def test_visitors_share_a_copy_by_address_theme_and_encoding(proxy: str) -> None:
    page = f"{proxy}/shared/a"

    assert len({ask(page) for _ in range(5)}) == 1
    assert ask(page, Cookie="theme=dark") == ask(page, Cookie="theme=dark") != ask(page)
    assert ask(page, Accept_Encoding="gzip, deflate, br, zstd").endswith("in br")
    assert ask(page, Accept_Encoding="deflate, gzip").endswith("in gzip")
    assert ask(f"{page}?page=2") != ask(page)


def test_a_member_never_gets_a_copy_and_never_leaves_one(proxy: str) -> None:
    page = f"{proxy}/shared/b"
    personal = [
        {"Cookie": "sessionid=abc"},
        {"Cookie": "theme=dark; sessionid=abc"},
        {"Cookie": "__Host-session=abc; theme=dark"},
        {"Authorization": "Bearer abc"},
        {"HX_Request": "true"},
    ]

    answers = [ask(page, **headers) for headers in personal for _ in range(2)]
    for_visitors = ask(page)

    assert len({*answers, for_visitors}) == len(answers) + 1
    assert ask(page, **personal[0]) != for_visitors


def test_what_the_application_does_not_allow_is_not_kept(proxy: str) -> None:
    assert len({ask(f"{proxy}/own") for _ in range(3)}) == 3


def test_a_copy_is_gone_within_two_seconds(proxy: str) -> None:
    page = f"{proxy}/shared/c"
    first = ask(page)

    time.sleep(2)

    assert ask(page) != first


def test_nginx_reads_the_file_as_it_is_shipped(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=community.example.com"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    text = nginx.SHIPPED.read_text().replace("/etc/ssl/certs/community.example.com.pem", str(certificate))
    text = text.replace("/etc/ssl/private/community.example.com.key", str(key))
    text = text.replace("/var/cache/nginx", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(nginx.framed(tmp_path, text))

    done = subprocess.run(
        [nginx.found(), "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True
    )

    assert "syntax is ok" in done.stderr, done.stderr
    assert done.returncode == 0
    assert "[warn]" not in done.stderr
