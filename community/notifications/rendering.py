"""From a mail's content to the mail: plain text and HTML of the brand, in its receiver's language and time zone."""

from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import ngettext, override

from community.branding.selectors import brand_of
from community.core.addresses import path_in, path_plain, site_address
from community.notifications.clock import zone_of
from community.notifications.kinds import kinds
from community.notifications.models import Mail
from community.notifications.selectors.mails import MailContent, MailLine, MailThread
from community.notifications.tokens import StopToken, stop_url
from community.notifications.wording import sentence_text

PEEK = 120


def mail_render(mail: Mail, content: MailContent) -> EmailMultiAlternatives:
    """Return the mail. Queries: those of the brand, mostly none."""
    member = content.member
    with override(member.language), timezone.override(zone_of(member.time_zone)):
        context = _context(content)
        name = "digest" if content.is_digest else "notice"
        made = EmailMultiAlternatives(
            context["subject"],
            render_to_string(f"mail/{name}.txt", context).strip() + "\n",
            _sender(content, context["brand"].name),
            [str(member.email)],
            headers=_headers(mail, content, context),
        )
        made.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    return made


def _context(content: MailContent) -> dict[str, Any]:
    base, language = site_address(content.site and content.site.pk), content.member.language
    brand = brand_of(content.site)
    threads = [_thread(thread, base, language) for thread in content.threads]
    first = threads[0]
    token = _unsubscribes(content)
    return {
        "brand": brand,
        "member": content.member,
        "subject": _digest_subject(brand.name, len(content.notice_ids)) if content.is_digest else first["title"],
        "peek": first["lines"][-1]["said"][:PEEK] or first["lines"][-1]["text"],
        "threads": threads,
        "thread": first,
        "reason": content.threads[0].reason,
        "home_url": base + path_in(path_plain("portal:home"), language),
        "settings_url": base + path_in(path_plain("notifications:settings"), language),
        "stop_url": base + stop_url(token, language=language),
        "stops": token.what,
        "none_url": base + stop_url(StopToken(content.member.pk, "all"), language=language),
    }


def _digest_subject(brand: str, count: int) -> str:
    words = ngettext("%(n)s thing you missed at %(brand)s", "%(n)s things you missed at %(brand)s", count)
    return words % {"n": count, "brand": brand}


def _thread(thread: MailThread, base: str, language: str) -> dict[str, Any]:
    return {
        "title": thread.title,
        "url": base + path_in(thread.url, language),
        "lines": [_line(line, base, language) for line in thread.lines],
    }


def _line(line: MailLine, base: str, language: str) -> dict[str, Any]:
    return {
        "text": sentence_text(kinds()[line.kind], line.detail, line.actor),
        "said": line.said,
        "paragraphs": [part for part in line.said.split("\n") if part.strip()],
        "url": base + path_in(line.url, language),
        "at": line.at,
    }


def _unsubscribes(content: MailContent) -> StopToken:
    """Return what one press in a mail reader stops: the digest, this topic, or this kind where there is no topic."""
    if content.is_digest:
        return StopToken(content.member.pk, "digest")
    kind, pk = content.threads[0].thread
    if kind == "members.member":
        return StopToken(content.member.pk, "kind", content.threads[0].lines[0].kind)
    return StopToken(content.member.pk, "thread", kind, pk)


def _sender(content: MailContent, brand: str) -> str:
    """Return the From: our address, and where one person wrote, their name before the brand's."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    people = {line.actor for thread in content.threads for line in thread.lines if line.actor}
    if not content.is_digest and len(people) == 1:
        return formataddr((f"{people.pop().display_name} · {brand}", address))
    return formataddr((brand or name, address))


def _headers(mail: Mail, content: MailContent, context: dict[str, Any]) -> dict[str, str]:
    """Return what lets readers stop, sort and thread. Source: RFC 2369, 2919, 3834, 5322, 8058, read 2026-11-22."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    headers = {
        "Message-ID": f"<notice.{mail.pk}.{mail.created_at:%Y%m%d%H%M%S%f}@{host}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{context['stop_url']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    if content.is_digest:
        return headers | {"List-Id": f"<digest.{host}>"}
    kind, pk = content.threads[0].thread
    root = f"{kind}.{pk}"
    return headers | {
        "List-Id": f"<{root}.{host}>",
        "In-Reply-To": f"<{root}@{host}>",
        "References": f"<{root}@{host}>",
    }
