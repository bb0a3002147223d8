"""Light, dark or as the system has it: the account knows for members, a cookie of its own for visitors."""

from django.http import HttpRequest, HttpResponse

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
THEME_COOKIE_AGE_S = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """Return the chosen theme, `system` when none was chosen."""
    user = getattr(request, "user", None)
    chosen = user.theme if user is not None and user.is_authenticated else request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"


def theme_remember(response: HttpResponse, theme: str) -> None:
    """Keep a visitor's choice; `system` is kept by forgetting."""
    if theme == "system":
        response.delete_cookie(THEME_COOKIE)
        return
    response.set_cookie(THEME_COOKIE, theme, max_age=THEME_COOKIE_AGE_S, httponly=True, samesite="Lax")
