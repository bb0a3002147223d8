"""The announcement of a site, until a reader puts it away: a cookie of its own remembers which one that was."""

import re

from django.http import HttpRequest, HttpResponse

from community.branding.brand import Brand

ANNOUNCEMENT_COOKIE = "announcement"
COOKIE_AGE_S = 180 * 24 * 3600
_KEY = re.compile(r"[0-9a-f]{16}")


def announcement_shows(request: HttpRequest, brand: Brand) -> bool:
    """Tell whether the reader has not put this very announcement away."""
    return bool(brand.announcement) and request.COOKIES.get(ANNOUNCEMENT_COOKIE) != brand.announcement_key


def announcement_put_away(response: HttpResponse, key: str) -> None:
    """Remember `key`, the `announcement_key` of a brand; anything else is ignored."""
    if _KEY.fullmatch(key):
        response.set_cookie(ANNOUNCEMENT_COOKIE, key, max_age=COOKIE_AGE_S, httponly=True, samesite="Lax")
