"""A real Firefox, driven by what it speaks itself: WebDriver BiDi over one WebSocket. No driver, no Node."""

import itertools
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

START_WITHIN_S = 60
ANSWER_WITHIN_S = 60
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "services.settings.server": "data:,",
    "remote.active-protocols": 1,
}
NOTE_VIOLATIONS = """() => { window.violations = [];
  document.addEventListener('securitypolicyviolation',
    (e) => window.violations.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`)) }"""


class FirefoxError(Exception):
    """A command that Firefox refused, or a start that failed."""


class Firefox:
    """One running Firefox. Commands and events share its socket; errors that pages report are kept in `errors`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.errors: list[str] = []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded"])
        self.call("script.addPreloadScript", functionDeclaration=NOTE_VIOLATIONS)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result. Raises: FirefoxError."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=ANSWER_WITHIN_S))
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self.errors.append(message["params"]["text"])
            if message.get("id") == number:
                if message["type"] == "error":
                    raise FirefoxError(f"{method}: {message['error']}: {message['message']}")
                return dict(message["result"])

    def tab(self, origin: str, session: str | None) -> "Tab":
        """Open a tab with cookies of its own; `session` signs it in."""
        user = self.call("browser.createUserContext")["userContext"]
        if session:
            self.call(
                "storage.setCookie",
                cookie={
                    "name": "sessionid",
                    "value": {"type": "string", "value": session},
                    "domain": urlsplit(origin).hostname,
                },
                partition={"type": "storageKey", "sourceOrigin": origin, "userContext": user},
            )
        return Tab(self, self.call("browsingContext.create", type="tab", userContext=user)["context"])


class Tab:
    """One tab."""

    def __init__(self, firefox: Firefox, context: str) -> None:
        self._firefox = firefox
        self._context = context

    def go(self, url: str) -> None:
        """Open an address and wait until it is complete."""
        self._firefox.call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def run(self, expression: str) -> Any:
        """Return the value of an expression (a promise is awaited) that is a string, a number or a list of them."""
        answer = self._firefox.call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({expression})) ?? null))()",
            target={"context": self._context},
            awaitPromise=True,
        )
        if answer["type"] != "success":
            raise FirefoxError(f"{expression}: {answer['exceptionDetails']['text']}")
        return json.loads(answer["result"]["value"])

    def wait_until(self, expression: str) -> None:
        """Wait until an expression is true. Raises: FirefoxError after a while."""
        for _ in range(100):
            if self.run(expression):
                return
            time.sleep(0.1)
        raise FirefoxError(f"not within 10 s: {expression}")

    def violations(self) -> list[str]:
        """Return which rules of the policy this page broke."""
        return list(self.run("window.violations"))


@contextmanager
def firefox_started(binary: str, profile: Path) -> Iterator[Firefox]:
    """Start a Firefox with an empty profile; it ends with the block."""
    profile.mkdir(parents=True, exist_ok=True)
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("\n".join(lines))
    log = profile / "firefox.log"
    command = [binary, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        with connect(f"{_address(process, log)}/session", open_timeout=START_WITHIN_S, max_size=None) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        process.wait(10)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    ends_at = time.monotonic() + START_WITHIN_S
    while time.monotonic() < ends_at and process.poll() is None:
        if found := LISTENING.search(log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise FirefoxError(f"Firefox did not start:\n{log.read_text()[-2000:]}")
