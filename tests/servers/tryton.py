"""The fixture `tryton`: a real Tryton server with a fresh database, one for each test process."""

import base64
import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import services

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts" / "services" / "tryton.sh"


@dataclass
class TrytonServer:
    """Addresses and logins of a running server, and its own API for a test that checks what arrived."""

    url: str
    """With the database: `http://127.0.0.1:8190/crm`."""
    user: str
    password: str
    support_user: str
    support_password: str
    _sessions: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Scheme, host and port, for a proxy."""
        return self.url.rsplit("/", 1)[0]

    def call(self, model: str, method: str, *params: Any) -> Any:
        """Call the API as the support colleague. Raises: RuntimeError when Tryton refuses."""
        headers = {"Content-Type": "application/json", "Authorization": self._session(self.support_user)}
        answer = self._post(f"model.{model}.{method}", [*params, {"company": 1}], headers)
        if "error" in answer:
            raise RuntimeError(f"{model}.{method}: {answer['error']}")
        return answer["result"]

    def find(self, model: str, domain: list[Any], names: list[str]) -> list[dict[str, Any]]:
        """Return records by search, inactive ones too."""
        if model == "party.party":
            domain = [*domain, ["active", "in", [True, False]]]
        found: list[dict[str, Any]] = self.call(model, "search_read", domain, 0, None, [["id", "ASC"]], names)
        return found

    def parties(self, key_start: str) -> list[dict[str, Any]]:
        """Return the parties whose external key starts like that."""
        return [
            party
            for party in self.find("party.party", [], ["code", "name", "active", "lang"])
            if (party["code"] or "").startswith(key_start)
        ]

    def complaints(self, key_start: str) -> list[dict[str, Any]]:
        """Return the complaints whose reference starts like that."""
        names = ["reference", "number", "state", "customer", "description"]
        return [
            complaint
            for complaint in self.find("sale.complaint", [], names)
            if (complaint["reference"] or "").startswith(key_start)
        ]

    def notes(self, resource: str) -> list[str]:
        """Return the notes of a record (`party.party,5`)."""
        return [note["message"] for note in self.find("ir.note", [["resource", "=", resource]], ["message"])]

    def _session(self, user: str) -> str:
        if user not in self._sessions:
            params = [user, {"password": self.support_password}]
            user_id, key, *_ = self._post("common.db.login", params, {"Content-Type": "application/json"})["result"]
            token = base64.b64encode(f"{user}:{user_id}:{key}".encode()).decode()
            self._sessions[user] = f"Session {token}"
        return self._sessions[user]

    def _post(self, method: str, params: list[Any], headers: dict[str, str]) -> Any:
        body = json.dumps({"id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(f"{self.url}/rpc/", body, headers)  # noqa: S310 a loopback address
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
                return json.loads(reply.read())
        except urllib.error.HTTPError as refused:
            if refused.code == 401 and self._sessions:  # sessions end after five idle minutes
                self._sessions.clear()
                return self._post(method, params, headers | {"Authorization": self._session(self.support_user)})
            raise


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _unavailable(reason: str) -> None:
    if services.must_be_there():
        pytest.fail(f"Tryton must run in CI: {reason}")
    pytest.skip(f"no Tryton server: {reason}")


def _environment() -> dict[str, str]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    shared = os.environ.get("TRYTON_SHARED", str(ROOT / "var" / "services" / "tryton"))
    mine = {
        "TRYTON_INSTANCE": f"test-{worker}-{os.getpid()}",
        "TRYTON_PORT": str(_free_port()),
        "TRYTON_SHARED": shared,
        "VAR_DIR": str(ROOT / "var"),
    }
    return {**os.environ, **mine}


def _script(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 our own script
        ["bash", str(SCRIPT), *command.split()],  # noqa: S607
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def tryton() -> Iterator[TrytonServer]:
    """A server of our own with a fresh database, up in two seconds once `make services` has prepared one.

    Skipped with a reason where none is prepared; in CI it is built, and a server that does not start is a failure.
    """
    if shutil.which("bash") is None or shutil.which("flock") is None:
        _unavailable("bash and flock are needed")
    environment = _environment()
    if not services.must_be_there() and _script("prepared", environment).returncode:
        _unavailable("none is prepared for this version: run `scripts/services/tryton.sh prepare`")
    started = _script("start --fresh", environment)
    if started.returncode:
        _unavailable((started.stderr or started.stdout).strip())
    try:
        logins = ROOT / "var" / "services" / "tryton" / f"env-{environment['TRYTON_INSTANCE']}"
        values = dict(line.split("=", 1) for line in logins.read_text().splitlines())
        yield TrytonServer(
            url=values["TRYTON_URL"],
            user=values["TRYTON_USER"],
            password=values["TRYTON_PASSWORD"],
            support_user=values["TRYTON_SUPPORT_USER"],
            support_password=values["TRYTON_SUPPORT_PASSWORD"],
        )
    finally:
        _script("reset", environment)
