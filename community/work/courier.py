"""Hands one message at a time to the mail server and tells what became of it; knows no tables.

Django's SMTP backend says only that a message failed, not whether its text had left. Here the conversation is held step
by step: until the server asks for the text, nothing has happened; once the final dot may have left, only its answer
tells. Source: RFC 5321 sections 4.2.1 and 4.5.3.2, RFC 1047 (why a lost answer usually means a delivered mail), RFC
3463 (enhanced codes), read 2026-11-22.
"""

import logging
import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from types import TracebackType
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

logger = logging.getLogger("community.work")

_LINE_END = re.compile(rb"\r\n|\r|\n")
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_OF_AN_ADDRESS = {550, 551, 553}


class Fate(Enum):
    """What became of a message."""

    ACCEPTED = "accepted"
    UNREACHABLE = "unreachable"
    """No conversation: nothing left the building."""
    PUT_OFF = "put off"
    """4xx: the server wants to be asked again."""
    NO_SUCH_ADDRESS = "no such address"
    """5xx about the receiver: it will never arrive there."""
    REFUSED = "refused"
    """5xx about us or the text: a person has to look."""
    UNKNOWN = "unknown"
    """The text left and no answer came."""
    WITHDRAWN = "withdrawn"
    """We kept it back before its text left."""


@dataclass(frozen=True)
class Verdict:
    """The fate of a message and the server's code, never its words: they may repeat the address."""

    fate: Fate
    code: str = ""


class Courier:
    """One connection to the mail server, kept for several messages; use it as a context manager."""

    def __init__(self) -> None:
        self._backend: Any = get_connection()

    def __enter__(self) -> "Courier":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up(politely=kind is None)

    def deliver(self, message: EmailMessage, *, hand: Callable[[], bool]) -> Verdict:
        """Deliver `message`, which has one receiver.

        Args:
            hand: called when the server is ready and nothing has left yet; writes down that the text goes now. Its
                False keeps the message back.
        """
        text = _dotted(message.message().as_bytes())
        if not isinstance(self._backend, EmailBackend):
            return self._drop(message, hand)
        try:
            smtp = self._opened()
        except OSError:
            return Verdict(Fate.UNREACHABLE)
        try:
            verdict = self._introduce(smtp, message)
        except OSError:
            self._hang_up(politely=False)
            return Verdict(Fate.UNREACHABLE)
        if verdict is not None:
            self._tidy(smtp, verdict)
            return verdict
        if not hand():
            self._hang_up(politely=False)  # without the final dot the server forgets it
            return Verdict(Fate.WITHDRAWN)
        return self._give(smtp, text)

    def _drop(self, message: EmailMessage, hand: Callable[[], bool]) -> Verdict:
        """Deliver through a backend without a conversation: files, memory, somebody's API."""
        if not hand():
            return Verdict(Fate.WITHDRAWN)
        try:
            get_connection().send_messages([message])
        except Exception:  # noqa: BLE001 whatever it raises, the text may have left
            logger.exception("the mail backend failed")
            return Verdict(Fate.UNKNOWN)
        return Verdict(Fate.ACCEPTED)

    def _opened(self) -> smtplib.SMTP:
        """Return a connection that has been greeted, the one of the message before where it still stands."""
        if self._backend.connection is not None and not self._stands():
            self._hang_up(politely=False)
        if self._backend.connection is None:
            self._backend.open()
            self._smtp().ehlo_or_helo_if_needed()
        return self._smtp()

    def _smtp(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP = self._backend.connection
        return smtp

    def _stands(self) -> bool:
        try:
            return self._smtp().noop()[0] == 250
        except OSError:
            return False

    def _introduce(self, smtp: smtplib.SMTP, message: EmailMessage) -> Verdict | None:
        """Name sender and receiver and ask to give the text; None when the server is ready for it."""
        code, words = smtp.mail(_address(message.from_email))
        if code != 250:
            return _refusal(code, words, of_address=False)
        code, words = smtp.rcpt(_address(message.to[0]))
        if code not in (250, 251):
            return _refusal(code, words, of_address=True)
        code, words = smtp.docmd("DATA")
        return None if code == 354 else _refusal(code, words, of_address=False)

    def _give(self, smtp: smtplib.SMTP, text: bytes) -> Verdict:
        try:
            smtp.send(text)
            code, words = smtp.getreply()
        except OSError:
            self._hang_up(politely=False)
            return Verdict(Fate.UNKNOWN)
        if code == 250:
            return Verdict(Fate.ACCEPTED)
        verdict = _refusal(code, words, of_address=False) if 400 <= code < 600 else Verdict(Fate.UNKNOWN, str(code))
        self._tidy(smtp, verdict)
        return verdict

    def _tidy(self, smtp: smtplib.SMTP, verdict: Verdict) -> None:
        """Leave the connection ready for the next message, or none."""
        try:
            if verdict.code.startswith("421") or smtp.rset()[0] != 250:
                self._hang_up(politely=False)
        except OSError:
            self._hang_up(politely=False)

    def _hang_up(self, *, politely: bool) -> None:
        if not isinstance(self._backend, EmailBackend) or self._backend.connection is None:
            return
        try:
            if politely:
                self._backend.connection.quit()
        except OSError:
            pass
        finally:
            self._backend.connection.close()
            self._backend.connection = None


def _refusal(code: int, words: bytes, *, of_address: bool) -> Verdict:
    """Sort a refusal: put off, about the address, or about us."""
    found = _ENHANCED.search(words.decode("ascii", "replace"))
    named = f"{code} {found[0]}" if found else str(code)
    if 400 <= code < 500 or code == 552:  # 552: a full mailbox, which RFC 5321 4.5.3.1.10 treats as 452
        return Verdict(Fate.PUT_OFF, named)
    if not 500 <= code < 600:
        return Verdict(Fate.UNREACHABLE, named)
    about_address = found[2] == "1" or found[0] == "5.2.1" if found else code in _OF_AN_ADDRESS
    return Verdict(Fate.NO_SUCH_ADDRESS if of_address and about_address else Fate.REFUSED, named)


def _address(text: str) -> str:
    return parseaddr(sanitize_address(text, "utf-8"))[1]


def _dotted(text: bytes) -> bytes:
    """Return the text with the line ends and doubled dots that DATA wants, and the final dot."""
    lines = _LINE_END.sub(b"\r\n", text)
    body = re.sub(rb"(?m)^\.", b"..", lines)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"
