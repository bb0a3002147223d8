"""Serving what members uploaded."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from community.core.uploads import NAME, PURPOSES


@require_safe
def media(request: HttpRequest, purpose: str, owner_id: int, name: str) -> FileResponse:
    """Serve one stored picture for ever: its name is random and its content never changes. Queries: 0.

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
