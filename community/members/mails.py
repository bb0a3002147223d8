"""Mails about accounts: one text per mail, from which the HTML is made, so that the two never say different things.

A template's lines are paragraphs. A paragraph that is nothing but a link becomes the button, one that is nothing but a
code stands out.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

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
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    )
    mail.attach_alternative(html, "text/html")
    return mail
