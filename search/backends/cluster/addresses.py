"""SEARCH_URL: which engine, where, under which name.

opensearch://[user:password@]host[:port][/name]       plain HTTP; `opensearch://…?tls=1` for HTTPS
elasticsearch://…                                     the same for Elasticsearch
http://… or https://…                                 whichever of the two answers there, asked on first use
"""

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from search.backends.cluster.wires import Answer, ElasticsearchWire, OpenSearchWire, Wire

NAME = "tertulia"


def wire_for(url: str, *, read_timeout_s: float) -> Wire:
    """Return the client for a SEARCH_URL; nothing is sent yet."""
    parts = urlsplit(url)
    if parts.scheme == "elasticsearch":
        return _elasticsearch(url, read_timeout_s)
    if parts.scheme == "opensearch":
        return _opensearch(url, read_timeout_s)
    return EitherWire(url, read_timeout_s=read_timeout_s)


class EitherWire(Wire):
    """Whichever engine answers at an address, asked on first use."""

    def __init__(self, url: str, *, read_timeout_s: float) -> None:
        super().__init__(read_timeout_s=read_timeout_s)
        self._url = url
        self._chosen: Wire | None = None

    def perform(self, method: str, path: str, body: Any, timeout_s: float) -> Answer:
        """Send it with the client that fits."""
        if self._chosen is None:
            opensearch = _opensearch(self._url, self.read_timeout_s)
            told = opensearch.perform("GET", "/", None, timeout_s).get("version", {})
            if told.get("distribution") == "opensearch":
                self._chosen = opensearch
            else:
                opensearch.close()
                self._chosen = _elasticsearch(self._url, self.read_timeout_s)
        return self._chosen.perform(method, path, body, timeout_s)

    def close(self) -> None:
        """Close the connections."""
        if self._chosen is not None:
            self._chosen.close()


def engine_in(url: str) -> str:
    """Return what the engine is called on pages."""
    return {"opensearch": "OpenSearch", "elasticsearch": "Elasticsearch"}.get(urlsplit(url).scheme, "search server")


def name_in(url: str) -> str:
    """Return the name our indexes begin with: the path of the address, `tertulia` without one."""
    return re.sub(r"[^a-z0-9_-]+", "-", unquote(urlsplit(url).path).lower()).strip("-_") or NAME


def _elasticsearch(url: str, read_timeout_s: float) -> Wire:
    login = _login(url)
    options: dict[str, Any] = {"basic_auth": login} if login else {}
    return ElasticsearchWire(_address(url), read_timeout_s=read_timeout_s, **options)


def _opensearch(url: str, read_timeout_s: float) -> Wire:
    login = _login(url)
    options: dict[str, Any] = {"http_auth": login} if login else {}
    return OpenSearchWire(_address(url), read_timeout_s=read_timeout_s, **options)


def _address(url: str) -> str:
    parts = urlsplit(url)
    secure = parts.scheme == "https" or parse_qs(parts.query).get("tls", ["0"])[0] == "1"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{'https' if secure else 'http'}://{host}:{parts.port or 9200}"


def _login(url: str) -> tuple[str, str] | None:
    parts = urlsplit(url)
    return (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
