"""Serving what members uploaded where no front of ours does, and the outbox of development."""

from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.outbox import outbox_mail, outbox_mails
from community.core.uploads import NAME, PURPOSES

# A mail brings its own style; nothing in it may run, load or send.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; sandbox allow-popups"


@require_safe
def media(request: HttpRequest, purpose: str, owner_id: int, name: str) -> FileResponse:
    """Serve one stored picture for ever: its name is random and its content never changes. Queries: 0.

    The front answers these before Django sees them; this one stands in where there is none (another server, tests).
    Nothing here can run: one type, no sniffing, and a policy that allows nothing. Names are not guessable, so a picture
    is as private as the page that shows it.
    """
    if purpose not in PURPOSES or not NAME.fullmatch(name):
        raise Http404
    try:
        file = default_storage.open(f"{purpose}/{owner_id}/{name}")
    except FileNotFoundError as gone:
        raise Http404 from gone
    return FileResponse(
        file,
        content_type="image/webp",
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """List the mails that would have been sent; 404 where mails are really sent."""
    _outbox_or_404()
    return _private(render(request, "dev/outbox.html", {"mails": outbox_mails()}))


@require_safe
def outbox_show(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail as text."""
    return _private(render(request, "dev/outbox_mail.html", {"mail": _mail_or_404(name)}))


@require_safe
def outbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail as a mail reader would, under a policy of its own."""
    response = _private(HttpResponse(_mail_or_404(name).html))
    response["Content-Security-Policy"] = MAIL_POLICY
    return response


def _outbox_or_404() -> None:
    if not settings.OUTBOX_PAGE:
        raise Http404


def _mail_or_404(name: str) -> Any:
    _outbox_or_404()
    mail = outbox_mail(name)
    if mail is None:
        raise Http404
    return mail


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
