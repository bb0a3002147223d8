"""The two clients behind one face. What they raise becomes Unavailable; an engine that is down is asked seldom.

After a failure the circuit is open for a while: every call fails at once, but for one probe when the while is over.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any, TypeVar

from search.port import Unavailable

T = TypeVar("T")
Answer = dict[str, Any]

OPEN_S = 5.0
WRITE_TIMEOUT_S = 30.0


class Wire:
    """Base of both: calls that both engines understand, by method and path."""

    def __init__(self, *, read_timeout_s: float) -> None:
        self.read_timeout_s = read_timeout_s
        self._open_until = 0.0
        self._lock = threading.Lock()

    def search(self, index: str, body: Answer) -> Answer:
        """Ask for results."""
        return self.call("POST", f"/{index}/_search", body=body, timeout_s=self.read_timeout_s)

    def bulk(self, lines: Sequence[Mapping[str, Any]]) -> Answer:
        """Write; the answer has a state for each line."""
        text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
        return self.call("POST", "/_bulk?refresh=true", body=text.encode("utf-8", "replace"), timeout_s=WRITE_TIMEOUT_S)

    def call(self, method: str, path: str, *, body: Any = None, timeout_s: float = WRITE_TIMEOUT_S) -> Answer:
        """Do one call. Raises: Unavailable; `missing` answers (404) come back as an empty one."""
        self._let_through(timeout_s)
        try:
            answer = self.perform(method, path, body, timeout_s)
        except Unavailable:
            with self._lock:
                self._open_until = monotonic() + OPEN_S
            raise
        with self._lock:
            self._open_until = 0.0
        return answer

    def perform(self, method: str, path: str, body: Any, timeout_s: float) -> Answer:
        """Send it with the client. Raises: Unavailable."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connections."""
        raise NotImplementedError

    def _let_through(self, timeout_s: float) -> None:
        with self._lock:
            now = monotonic()
            if now < self._open_until:
                raise Unavailable("it did not answer a moment ago")
            if self._open_until:
                self._open_until = now + timeout_s  # this one is the probe


class ElasticsearchWire(Wire):
    """Elasticsearch 8 and 9 through `elasticsearch`."""

    def __init__(self, address: str, *, read_timeout_s: float, **options: Any) -> None:
        super().__init__(read_timeout_s=read_timeout_s)
        from elasticsearch import Elasticsearch

        self._client = Elasticsearch(address, max_retries=0, retry_on_timeout=False, **options)

    def perform(self, method: str, path: str, body: Any, timeout_s: float) -> Answer:
        """Send it."""
        from elasticsearch import ApiError, NotFoundError, TransportError, UnsupportedProductError

        kind = "x-ndjson" if isinstance(body, bytes) else "json"
        headers = {"accept": "application/vnd.elasticsearch+json; compatible-with=8"}
        if body is not None:
            headers["content-type"] = f"application/vnd.elasticsearch+{kind}; compatible-with=8"
        try:
            client = self._client.options(request_timeout=timeout_s)
            return dict(client.perform_request(method, path, headers=headers, body=body).body or {})
        except NotFoundError:
            return {}
        except (TransportError, UnsupportedProductError) as error:
            raise Unavailable(type(error).__name__) from error
        except ApiError as error:
            raise _judged(error.status_code, str(error)) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class OpenSearchWire(Wire):
    """OpenSearch 2 and 3 through `opensearch-py`."""

    def __init__(self, address: str, *, read_timeout_s: float, **options: Any) -> None:
        super().__init__(read_timeout_s=read_timeout_s)
        from opensearchpy import OpenSearch

        self._client = OpenSearch(address, max_retries=0, retry_on_timeout=False, **options)

    def perform(self, method: str, path: str, body: Any, timeout_s: float) -> Answer:
        """Send it."""
        from opensearchpy.exceptions import ConnectionError as NoConnection
        from opensearchpy.exceptions import NotFoundError, TransportError

        kind = "x-ndjson" if isinstance(body, bytes) else "json"
        headers = {"content-type": f"application/{kind}"} if body is not None else {}
        try:
            answer = self._client.transport.perform_request(
                method, path, body=body, headers=headers, params={"request_timeout": timeout_s}
            )
        except NotFoundError:
            return {}
        except NoConnection as error:
            raise Unavailable(type(error).__name__) from error
        except TransportError as error:
            raise _judged(int(error.status_code), str(error)) from error
        return dict(answer) if isinstance(answer, dict) else {}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _judged(status: int, text: str) -> Exception:
    """Return what an answer of the engine means: too busy or broken, or a mistake of ours."""
    return Unavailable(f"it answered {status}") if status == 429 or status >= 500 else RuntimeError(text[:400])
