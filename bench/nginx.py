"""nginx with the file we ship (deploy/nginx.conf), on a free port and without TLS; and one that serves a folder."""

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.server import ROOT, free_port

SHIPPED = ROOT / "deploy" / "nginx.conf"
_FRAME = """
{user}
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
access_log off;
client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi;
{inside}
}}
"""


def found() -> str:
    """Return where nginx is, "" for nowhere."""
    return os.environ.get("TEST_NGINX") or shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or ""


def shipped(folder: Path, *, port: int, upstream: int) -> str:
    """Return the shipped file with our ports, our folder and no TLS."""
    text = SHIPPED.read_text()
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"    ssl_certificate.*\n", "", text)
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    text = text.replace("server 127.0.0.1:8000;", f"server 127.0.0.1:{upstream};")
    return text.replace("/var/cache/nginx/tertulia", f"{folder}/copies")


def framed(folder: Path, inside: str) -> str:
    """Return a whole configuration with `inside` in its `http` block; what it writes lies in `folder`."""
    user = "user root;" if os.getuid() == 0 else ""  # its own user may not come there
    return _FRAME.format(folder=folder, inside=inside, user=user)


def files(folder: Path, *, port: int) -> str:
    """Return a server of the files in `folder`."""
    return f"server {{ listen 127.0.0.1:{port}; root {folder}; default_type text/html; open_file_cache max=10; }}"


@contextmanager
def running(folder: Path, inside: str, port: int) -> Iterator[int]:
    """Run nginx with `inside` in its `http` block; yields its pid. Raises: RuntimeError when it does not start."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "nginx.conf"
    config.write_text(framed(folder, inside))
    process = subprocess.Popen([found(), "-p", str(folder), "-c", str(config)], stderr=subprocess.PIPE)  # noqa: S603
    try:
        _wait_until_it_answers(process, port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_it_answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(100):
        if process.poll() is not None:
            raise RuntimeError((process.stderr.read() if process.stderr else b"").decode())
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/nothing", timeout=5).close()  # noqa: S310 loopback
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("nginx does not answer")


__all__ = ["files", "found", "free_port", "running", "shipped"]
