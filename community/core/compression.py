"""Pages smaller on the wire, without telling their secrets by their length."""

import gzip
import secrets
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from community.core.serving.page_cache import KEEP

WORTH_IT_BYTES = 600
PAD_MAX_BYTES = 96
BROTLI_QUALITY = 4
GZIP_LEVEL = 5
TYPES = ("text/", "application/json", "application/xml", "application/rss+xml", "application/atom+xml", "image/svg+xml")


class CompressionMiddleware:
    """Compress with brotli, else gzip; HTML gets a comment of random length first. What the front keeps it compresses.

    The comment is against BREACH: a page holds a secret (the form token) beside words of the request, and without it an
    attacker who sees only lengths can guess the secret letter by letter.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, compressed when it pays."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or not _can_shrink(response):
            return response
        if KEEP in response and KEEP in request.headers:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        encoding = _best(request.headers.get("Accept-Encoding", ""))
        if encoding:
            body = _padded(response)
            response.content = _compress(body, encoding)
            response.headers["Content-Encoding"] = encoding
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _can_shrink(response: HttpResponse) -> bool:
    return (
        response.status_code not in {204, 206, 304}
        and len(response.content) >= WORTH_IT_BYTES
        and not response.has_header("Content-Encoding")
        and response.headers.get("Content-Type", "").startswith(TYPES)
    )


def _best(accepted: str) -> str:
    """Return `br`, `gzip` or nothing: the best that is offered and not refused (`q=0`)."""
    offered = set()
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            offered.add(name.strip())
    return next((encoding for encoding in ("br", "gzip") if encoding in offered), "")


def _padded(response: HttpResponse) -> bytes:
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return response.content
    return response.content + b"<!--" + secrets.token_urlsafe(secrets.randbelow(PAD_MAX_BYTES) + 1).encode() + b"-->"


def _compress(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    return gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
