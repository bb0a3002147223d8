"""Senders of mails are killed (SIGKILL) while a real mail server thinks: nothing twice, nothing lost in silence."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from community.work.mailing import UNKNOWN
from tests.servers.smtp import MailServer, mail_server

MAILS = 40
KILLS = 30

pytestmark = pytest.mark.chaos


def _run(far: MailServer, folder: Path, *arguments: str) -> dict[str, Any]:
    environment = {
        **os.environ,
        "DATABASE_URL": "",
        "VAR_DIR": str(folder),
        "REDIS_URL": "",
        "EMAIL_URL": f"smtp://{far.host}:{far.port}",
        "DJANGO_SETTINGS_MODULE": "tests.chaos.mail_settings",
    }
    command = [sys.executable, "-m", "tests.chaos.mail_kills", "--mails", str(MAILS), "--kills", str(KILLS), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    totals: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return totals


@pytest.fixture
def slow() -> Any:
    """A server that thinks before it answers a text, so that kills fall between text and answer."""
    with mail_server() as far:
        far.stall_s = 0.03
        yield far


def test_killed_senders_double_nothing_and_lose_nothing_silently(slow: MailServer, tmp_path: Path) -> None:
    totals = _run(slow, tmp_path)

    arrived = Counter(str(message["Subject"]) for message in slow.messages)
    unknown = totals["left"].get(f"dead: {UNKNOWN}", 0)
    assert totals["kills"] >= KILLS // 2
    assert max(arrived.values()) == 1
    assert set(totals["left"]) <= {f"dead: {UNKNOWN}"}
    assert 0 < unknown < MAILS / 2
    assert len(arrived) + unknown >= MAILS, "each arrived, or is said to be unknown"


def test_the_control_without_the_protection_doubles(slow: MailServer, tmp_path: Path) -> None:
    _run(slow, tmp_path, "--careless")

    arrived = Counter(str(message["Subject"]) for message in slow.messages)
    assert len(arrived) == MAILS
    assert max(arrived.values()) > 1
