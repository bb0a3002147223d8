"""The HTTP client connectors share: gate before, record after, secrets masked, three time-outs, failures classed.

`httpx` knows connect and read time-outs but no total one, so a server that drips a byte a second could hold a sender
past its lease. The network backend below cuts every read and write by the call's deadline.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from crm_sync.connectors.base import Exchange, ignore_call, ignore_exchange
from crm_sync.connectors.masking import HIDDEN, mask, mask_json
from crm_sync.errors import CrmError, Throttled, UnknownOutcome, Unreachable

CONNECT_S = 5.0
READ_S = 20.0
BODY_LIMIT_BYTES = 20_000_000


class _DeadlineStream(httpcore.NetworkStream):
    """A socket whose every wait ends at the client's deadline."""

    def __init__(self, stream: httpcore.NetworkStream, client: "HttpClient") -> None:
        self._stream = stream
        self._client = client

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._client.time_left_s(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._client.time_left_s(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Any:
        left_s = self._client.time_left_s(timeout, httpcore.ConnectTimeout)
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left_s), self._client)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _DeadlineBackend(httpcore.SyncBackend):
    """Opens sockets whose every wait ends at the client's deadline."""

    def __init__(self, client: "HttpClient") -> None:
        self._client = client

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left_s = self._client.time_left_s(timeout, httpcore.ConnectTimeout)
        stream = super().connect_tcp(host, port, left_s, local_address, socket_options)
        return _DeadlineStream(stream, self._client)


@dataclass(frozen=True)
class Answer:
    """What the CRM answered; any status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the decoded body. Raises: UnknownOutcome when it is not JSON, as after a cut or a proxy's page."""
        try:
            return json.loads(self.body)
        except ValueError as broken:
            raise UnknownOutcome("The answer was not JSON.", code=str(self.status)) from broken


class HttpClient:
    """One connector's client: keeps connections open for the run, is used by one thread only."""

    def __init__(
        self,
        base_url: str,
        *,
        secrets: Iterable[str] = (),
        before_call: Callable[[str], None] = ignore_call,
        record: Callable[[Exchange], None] = ignore_exchange,
    ) -> None:
        self.secrets = {secret for secret in secrets if secret}
        """Texts that never reach a record; a connector adds its session here after login."""
        self._before_call = before_call
        self._record = record
        self._deadline = 0.0
        transport = httpx.HTTPTransport()
        transport._pool = httpcore.ConnectionPool(  # noqa: SLF001 httpx offers no other way to set a backend
            ssl_context=httpx.create_ssl_context(), network_backend=_DeadlineBackend(self), keepalive_expiry=4.0
        )
        timeout = httpx.Timeout(connect=CONNECT_S, read=READ_S, write=READ_S, pool=CONNECT_S)
        self._client = httpx.Client(base_url=base_url, transport=transport, timeout=timeout, trust_env=False)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def time_left_s(self, timeout_s: float | None, expired: type[Exception]) -> float:
        """Return the shorter of `timeout_s` and what the deadline leaves. Raises: `expired` when nothing is left."""
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise expired("The total time of the call is over.")
        return left_s if timeout_s is None else min(timeout_s, left_s)

    def request(
        self,
        method: str,
        path: str,
        *,
        deadline: float,
        endpoint: str = "default",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        is_secret: bool = False,
    ) -> Answer:
        """Make one request and return its answer, whatever the status below 500 but 429.

        Args:
            deadline: `time.monotonic()` at which the whole call ends, connecting and slow bodies included.
            endpoint: family the per-endpoint budget counts.
            body: JSON-ready, or None.
            is_secret: the answer holds a session or token that is not among `secrets` yet: it is not recorded.

        Raises: Unreachable when nothing was sent; Throttled on 429; UnknownOutcome on time-out, cut and 5xx; whatever
            the gate raises, before anything is sent.
        """
        self._before_call(endpoint)
        if deadline <= time.monotonic():
            raise Unreachable("No time was left to start the call.", retry_after_s=1.0)
        self._deadline = deadline
        started = time.monotonic()
        answer: Answer | None = None
        failure: CrmError | None = None
        try:
            answer = self._send(method, path, body, headers or {})
            failure = _failure_of(answer)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as unreached:
            failure = Unreachable(f"No connection: {type(unreached).__name__}.")
        except (httpx.TransportError, httpx.DecodingError) as lost:
            failure = UnknownOutcome(f"No clear answer: {type(lost).__name__}.")
        self._keep(method, path, body, answer, failure, started, is_secret)
        if failure is not None:
            raise failure
        assert answer is not None  # noqa: S101 no failure, so there is an answer
        return answer

    def _send(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        with self._client.stream(method, path, json=body, headers=dict(headers)) as response:
            chunks, size = [], 0
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > BODY_LIMIT_BYTES:
                    raise httpx.DecodingError("The answer is too long.", request=response.request)
            return Answer(response.status_code, response.headers, b"".join(chunks))

    def _keep(
        self,
        method: str,
        path: str,
        body: Any,
        answer: Answer | None,
        failure: CrmError | None,
        started: float,
        is_secret: bool,
    ) -> None:
        said = HIDDEN if answer and is_secret else answer.body.decode("utf-8", "replace") if answer else str(failure)
        exchange = Exchange(
            method=method,
            url=mask(str(self._client.base_url.join(path)), self.secrets),
            request="" if body is None else mask_json(body, self.secrets),
            status=answer.status if answer else None,
            response=mask(said, self.secrets),
            duration_ms=round((time.monotonic() - started) * 1000),
        )
        self._record(exchange)


def _failure_of(answer: Answer) -> CrmError | None:
    if answer.status == 429:
        return Throttled("The CRM asks us to slow down.", retry_after_s=retry_after_s(answer, 30.0), code="429")
    if answer.status >= 500 or answer.status == 408:
        waiting_s = retry_after_s(answer, 0.0)
        return UnknownOutcome("The CRM failed while answering.", retry_after_s=waiting_s, code=str(answer.status))
    return None


def retry_after_s(answer: Answer, otherwise: float) -> float:
    """Return the seconds of `Retry-After`, a day at most; `otherwise` when it is absent or a date."""
    try:
        return min(86_400.0, max(0.0, float(answer.headers.get("Retry-After", otherwise))))
    except ValueError:
        return otherwise
