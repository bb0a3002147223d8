"""What every template may use without asking for it."""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from community.branding.announcement import announcement_shows
from community.branding.brand import Brand
from community.branding.selectors import brand_of
from community.branding.theme import theme_of


@dataclass(frozen=True)
class PageLanguage:
    """This page in one language."""

    code: str
    name: str
    url: str
    """Empty for a language in which there is no such page."""


def page(request: HttpRequest) -> dict[str, Any]:
    """Return `brand`, `announcement_shows`, `languages`, `hx`, `csp_nonce`, `theme`, `second` and `toasts`.

    Each costs nothing until it is used.

    `hx` is the nonce attribute every element with `data-hx-*` attributes carries. Both spellings of the nonce are
    given because libraries disagree (`csp_nonce`, `CSP_NONCE`).
    """
    nonce = getattr(request, "csp_nonce", "")
    toasts = SimpleLazyObject(lambda: _toasts(request))
    return {
        "brand": SimpleLazyObject(lambda: _brand(request)),
        "announcement_shows": SimpleLazyObject(lambda: announcement_shows(request, _brand(request))),
        "languages": SimpleLazyObject(lambda: _languages(request)),
        "csp_nonce": nonce,
        "CSP_NONCE": nonce,
        "hx": SimpleLazyObject(lambda: hx_attribute(request)),
        "theme": theme_of(request),
        "second": str(int(time.time())),
        "toasts": toasts,
        "messages": toasts,  # the name the CMS looks for
    }


def hx_attribute(request: HttpRequest) -> SafeString:
    """Return `data-hx-nonce="…"` of this response."""
    return format_html('data-hx-nonce="{}"', str(getattr(request, "csp_nonce", "")))


def _brand(request: HttpRequest) -> Brand:
    """Return the brand of the request's site in the active language, read once.

    `or None` unwraps the lazy site there is when none exists.
    """
    language = get_language()
    read: tuple[str | None, Brand] | None = getattr(request, "brand_read", None)
    if read is None or read[0] != language:
        read = request.brand_read = language, brand_of(getattr(request, "site", None) or None)  # type: ignore[attr-defined]
    return read[1]


def _languages(request: HttpRequest) -> list[PageLanguage]:
    """Return this very page in each language, filters and all."""
    start, _, query = request.build_absolute_uri().partition("?")
    query = f"?{query}" if query else ""
    return [
        PageLanguage(code, name, _in_language(start, code) + query) for code, name in _brand(request).languages_offered
    ]


@lru_cache(maxsize=5_000)
def _in_language(url: str, code: str) -> str:
    return translate_url(url, code)


def _toasts(request: HttpRequest) -> list[Any]:
    """Return the messages waiting for this person; reads no storage when there can be none.

    Reading the storage makes it write its cookie again, which a visitor's page must not do.
    """
    storage = getattr(request, "_messages", None)
    if storage is None or (storage.cookie_name not in request.COOKIES and not storage.added_new):
        return []
    return list(get_messages(request))
