"""A mail server for those who want one."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.smtp import MailServer, mail_server


@pytest.fixture
def far(settings: Any) -> Iterator[MailServer]:
    """A real mail server that Django sends to."""
    with mail_server() as server:
        server.settings(settings)
        yield server
