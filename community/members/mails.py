"""Mails about accounts: one text per mail, from which the HTML is made, so that the two never say different things.

A template's lines are paragraphs. A paragraph that is nothing but a link becomes the button, one that is nothing but a
code stands out. They are made in the request, sealed, and sent from a work table: so an answer says nothing by how long
it took, whoever the address belongs to.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import get_random_string

from community.core.sealing import SealBrokenError, seal, unseal
from community.members.models import AccountMail
from community.work.doorbell import nudge_after_commit

_URL = re.compile(r"https?://\S+")
_CODE = re.compile(r"[0-9]{6}|[0-9A-Z]{4}-[0-9A-Z]{4}")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a mail."""

    kind: Literal["text", "link", "code"]
    text: str


def paragraphs_of(text: str) -> list[Paragraph]:
    """Return the paragraphs of a plain text mail, which blank lines separate."""
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", text.strip())]
    return [Paragraph(_kind(block), block) for block in blocks if block]


def _kind(block: str) -> Literal["text", "link", "code"]:
    if _URL.fullmatch(block):
        return "link"
    return "code" if _CODE.fullmatch(block) else "text"


def account_mail(
    template_prefix: str,
    *,
    to: str | list[str],
    context: dict[str, Any],
    from_email: str,
    headers: dict[str, str] | None = None,
) -> EmailMultiAlternatives:
    """Return a mail made of `<prefix>_subject.txt` and `<prefix>_message.txt`, in the active language."""
    request = context["request"]
    links = {
        "home_url": request.build_absolute_uri(reverse("portal:home")),
        "reset_url": request.build_absolute_uri(reverse("account_reset_password")),
    }
    context = {**links, **context}
    subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context, request=request).split())
    text = render_to_string(f"{template_prefix}_message.txt", context, request=request).strip()
    html = render_to_string(
        "mail/account.html",
        {**context, "subject": subject, "paragraphs": paragraphs_of(text)[:-1], "link_text": subject},
        request=request,
    )
    mail = EmailMultiAlternatives(
        subject,
        text + "\n",
        from_email,
        [to] if isinstance(to, str) else to,
        headers={"Auto-Submitted": "auto-generated", "Message-ID": message_id("account"), **(headers or {})},
    )
    mail.attach_alternative(html, "text/html")
    return mail


def message_id(kind: str) -> str:
    """Return a new Message-ID of ours; Django's own would ask the network for this machine's name."""
    return f"<{kind}.{get_random_string(24)}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def mail_queue(mail: EmailMultiAlternatives) -> None:
    """Have `mail`, made by `account_mail`, sent by the worker. Queries: 1."""
    parts = {
        "subject": mail.subject,
        "text": mail.body,
        "html": mail.alternatives[0][0],
        "from": mail.from_email,
        "to": mail.to,
        "headers": mail.extra_headers,
    }
    AccountMail.objects.create(sealed=seal(json.dumps(parts)))
    nudge_after_commit()


def mails_forget(addresses: Collection[str]) -> None:
    """Drop the mails to `addresses` that still wait; all that wait are opened, for their receiver is sealed too.

    None is older than an hour. Idempotent: yes. Queries: 1, or 2.
    """
    gone = [
        pk
        for pk, sealed in AccountMail.objects.exclude(sealed="").values_list("pk", "sealed")
        if _receivers(sealed) & set(addresses)
    ]
    if gone:
        AccountMail.objects.filter(pk__in=gone).delete()


def _receivers(sealed: str) -> set[str]:
    """Return to whom a sealed mail goes; nobody when it cannot be opened, for then it goes nowhere."""
    try:
        return set(mail_opened(sealed).to)
    except SealBrokenError:
        return set()


def mail_opened(sealed: str) -> EmailMultiAlternatives:
    """Return the mail that `mail_queue` sealed. Raises: SealBrokenError."""
    parts = json.loads(unseal(sealed))
    mail = EmailMultiAlternatives(parts["subject"], parts["text"], parts["from"], parts["to"], headers=parts["headers"])
    mail.attach_alternative(parts["html"], "text/html")
    return mail
