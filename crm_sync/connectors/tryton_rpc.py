"""Tryton's JSON-RPC: one session, its errors as our classes, its dates as ours."""

import base64
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin

from crm_sync.connectors.base import ConnectorConfig, Exchange
from crm_sync.connectors.http import Answer, HttpClient
from crm_sync.connectors.tables import error_of
from crm_sync.errors import CrmError, Forbidden, UnknownOutcome, Unreachable

READ_TOTAL_S = 30.0
_PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")


class TrytonRpc:
    """Calls of one login. Logs in at the first call, and once more when the session ends (five idle minutes)."""

    def __init__(
        self, config: ConnectorConfig, before_call: Callable[[str], None], record: Callable[[Exchange], None]
    ) -> None:
        self._user = config.credentials.get("user", "")
        self._password = config.credentials.get("password", "")
        self._endpoint = config.endpoint.rstrip("/") + "/"
        self._http = HttpClient(self._endpoint, secrets=[self._password], before_call=before_call, record=record)
        self._headers: dict[str, str] = {}
        self.context: dict[str, Any] = {"language": "en", "active_test": False}
        """English, because the error table reads messages; inactive records are found too."""

    def close(self) -> None:
        """Give back the sockets. The session ends by itself: a logout would cost each run a call."""
        self._http.close()

    def version(self) -> str:
        """Return the server's series: `8.2`."""
        answer = self._post("common.server.version", [], _soon(), path=urljoin(self._endpoint, "/rpc/"))
        return str(_result_of(answer))

    def login(self, deadline: float) -> None:
        """Open a session. Raises: Forbidden for a wrong login, Throttled after too many wrong ones."""
        params = [self._user, {"password": self._password}]
        with _storing_nothing():
            user_id, session, *_ = _result_of(self._post("common.db.login", params, deadline, is_secret=True))
        token = base64.b64encode(f"{self._user}:{user_id}:{session}".encode()).decode()
        self._http.secrets |= {session, token}
        self._headers = {"Authorization": f"Session {token}"}

    def call(self, model: str, method: str, *params: Any, deadline: float | None = None) -> Any:
        """Return the result of a model's method. Raises: CrmError of the class the table gives."""
        until = deadline or _soon()
        if not self._headers:
            self.login(until)
        arguments = [*params, self.context]
        answer = self._post(f"model.{model}.{method}", arguments, until)
        if answer.status == 401:
            self.login(until)
            answer = self._post(f"model.{model}.{method}", arguments, until)
        return _result_of(answer)

    def find(
        self,
        model: str,
        domain: Sequence[Any],
        names: Sequence[str],
        *,
        limit: int | None = None,
        order: Sequence[tuple[str, str]] = (("id", "ASC"),),
        deadline: float | None = None,
    ) -> list[dict[str, Any]]:
        """Return the named fields of the records that match `domain`; `contact_mechanisms.value` reads through."""
        ordered = [list(by) for by in order]
        with _storing_nothing():
            found: list[dict[str, Any]] = self.call(
                model, "search_read", list(domain), 0, limit, ordered, list(names), deadline=deadline
            )
        return found

    def _post(
        self, method: str, params: list[Any], deadline: float, *, path: str = "rpc/", is_secret: bool = False
    ) -> Answer:
        body = {"id": 1, "method": method, "params": params}
        return self._http.request(
            "POST", path, deadline=deadline, body=body, headers=self._headers, is_secret=is_secret
        )


@contextmanager
def _storing_nothing() -> Iterator[None]:
    """A lost reply to a question leaves no doubt about what is stored: it may simply be asked again."""
    try:
        yield
    except UnknownOutcome as lost:
        raise Unreachable(lost.message, retry_after_s=max(1.0, lost.retry_after_s)) from lost


def _result_of(answer: Answer) -> Any:
    if answer.status != 200:
        raise error_of("tryton", status=answer.status, text=f"Tryton answered {answer.status}.")
    content = answer.json()
    if isinstance(content, dict) and "result" in content:
        return content["result"]
    raise _error_in(content.get("error") if isinstance(content, dict) else None)


def _error_in(error: Any) -> CrmError:
    """Read `[name, arguments]` of Tryton's own exceptions or `[text, traceback]` of any other."""
    if not isinstance(error, list) or not error:
        return Forbidden("This is not a Tryton server.", hint="tryton.address")
    name, told = str(error[0]), error[1] if len(error) > 1 else ""
    if not name.endswith(("Error", "Exception", "Warning")):
        return error_of("tryton", code="ServerError", text=f"Tryton failed: {name}")
    words = told if isinstance(told, list) else [told]
    text = str(words[1] if name == "UserWarning" and len(words) > 1 else words[0] if words else name)
    return error_of("tryton", code=name, text=text)


def _soon() -> float:
    return time.monotonic() + READ_TOTAL_S


def to_tryton(moment: datetime) -> dict[str, Any]:
    """Return a moment as Tryton's JSON writes it: in UTC, without zone."""
    at = moment.astimezone(UTC)
    return {
        "__class__": "datetime",
        **{name: getattr(at, name) for name in _PARTS},
    }


def day_to_tryton(day: date) -> dict[str, Any]:
    """Return a day as Tryton's JSON writes it."""
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}


def from_tryton(moment: dict[str, Any]) -> datetime:
    """Return the moment in Tryton's JSON, aware."""
    return datetime(**{name: moment[name] for name in _PARTS}, tzinfo=UTC)


def changed_at(record: Mapping[str, Any]) -> datetime:
    """Return the later of create and write date: Tryton has no write date before the first change."""
    return from_tryton(record["write_date"] or record["create_date"])
