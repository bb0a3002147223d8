"""The visible outbox of development: mails that Django's file backend wrote instead of sending them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends import filebased
from django.utils.crypto import get_random_string

FILE_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]+\.log")
SHOWN = 100


class EmailBackend(filebased.EmailBackend):
    """One file a mail: Django's name is the connection's address in memory, which comes again within the second."""

    def _get_filename(self) -> str:
        return str(_folder() / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}{get_random_string(6, '0123456789')}.log")


@dataclass(frozen=True, kw_only=True)
class OutboxMail:
    """One mail nobody received."""

    name: str
    """Of its file."""
    subject: str
    to: str
    sent_at: datetime | None
    text: str
    html: str


def outbox_mails() -> list[OutboxMail]:
    """Return the mails in the outbox, the newest first, at most SHOWN."""
    names = sorted((path.name for path in _folder().glob("*.log") if FILE_NAME.fullmatch(path.name)), reverse=True)
    return [mail for name in names[:SHOWN] if (mail := outbox_mail(name)) is not None]


def outbox_mail(name: str) -> OutboxMail | None:
    """Return the mail in the file `name`, None when there is none."""
    if not FILE_NAME.fullmatch(name):
        return None
    try:
        data = (_folder() / name).read_bytes()
    except FileNotFoundError:
        return None
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(data.rpartition(b"\n" + b"-" * 79)[0])
    return OutboxMail(
        name=name,
        subject=message["subject"] or "",
        to=message["to"] or "",
        sent_at=_moment(message["date"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _moment(date: str | None) -> datetime | None:
    """Return the moment, in UTC where the mail names no zone."""
    if not date:
        return None
    moment = parsedate_to_datetime(date)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content().strip() if part is not None else ""


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)
