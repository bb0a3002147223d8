"""A real SMTP server (aiosmtpd) in a thread, which keeps what it accepted and misbehaves on request."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Reply = str | Callable[[], str]
OK = "250 OK"
CUT = "cut"
"""Instead of a reply: the connection ends without one."""


@dataclass
class MailServer:
    """What it answers, by step; and what it took."""

    host: str = ""
    port: int = 0
    on_sender: str = OK
    on_receiver: str = OK
    by_address: dict[str, str] = field(default_factory=dict)
    on_text: str = OK
    stall_s: float = 0
    """How long it thinks before it answers a text."""
    taken: list[bytes] = field(default_factory=list)
    """Texts it took, those included whose answer never came."""
    conversations: int = 0

    @property
    def messages(self) -> list[EmailMessage]:
        """What it took, parsed."""
        return [message_from_bytes(text, policy=policy.default) for text in self.taken]  # type: ignore[misc]

    def settings(self, settings: Any) -> None:
        """Let Django send here."""
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = self.host, self.port
        settings.EMAIL_TIMEOUT = 2


class _Handler:
    def __init__(self, far: MailServer) -> None:
        self.far = far

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.far.conversations += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._said(server, self.far.on_sender)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self._said(server, self.far.by_address.get(address, self.far.on_receiver))
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.far.on_text in (OK, CUT):
            self.far.taken.append(envelope.content or b"")  # type: ignore[arg-type]
        await asyncio.sleep(self.far.stall_s)
        return self._said(server, self.far.on_text)

    def _said(self, server: SMTP, reply: str) -> str:
        if reply != CUT:
            return reply
        if server.transport is not None:
            server.transport.abort()  # type: ignore[attr-defined]
        return "421 gone"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run one on a free port."""
    far = MailServer()
    with socket.socket() as probe:  # aiosmtpd knocks at the port it was given, so 0 will not do
        probe.bind(("127.0.0.1", 0))
        far.host, far.port = probe.getsockname()
    controller = Controller(_Handler(far), hostname=far.host, port=far.port, ready_timeout=10)
    controller.start()
    try:
        yield far
    finally:
        controller.stop()
