"""Brand style sheet, theme and language choices, the component gallery."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from community.branding.gallery import components, example_render, pattern_names
from community.branding.selectors import brand_of, stylesheet_named
from community.branding.theme import THEMES, theme_remember
from community.core.errors import Denied
from community.members.services import profile_update

YEAR_S = 365 * 24 * 3600


@require_safe
def stylesheet(request: HttpRequest, name: str) -> HttpResponse:
    """Serve a brand's style sheet; the name is its hash, so it never changes.

    A page kept by a cache may name a brand that has changed since: it is sent to today's.
    """
    text = stylesheet_named(name)
    if text is not None:
        response = HttpResponse(text, content_type="text/css; charset=utf-8")
        response["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
        return response
    redirect = HttpResponseRedirect(brand_of(getattr(request, "site", None) or None).stylesheet_url)
    redirect["Cache-Control"] = "no-store"
    return redirect


@csrf_exempt  # nosemgrep: unsafe-exemption  visitors have no token yet: the Origin header is checked instead
@require_POST
def theme_set(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or system, in the account or in a cookie, and go back to the page."""
    _from_here_check(request)
    response = HttpResponseRedirect(_back(request))
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return response
    if request.user.is_authenticated:
        profile_update(request.user, member=request.user, changes={"theme": theme})
    else:
        theme_remember(response, theme)
    return response


@csrf_exempt  # nosemgrep: unsafe-exemption  visitors have no token yet: the Origin header is checked instead
@require_POST
def language_set(request: HttpRequest) -> HttpResponse:
    """Go to the same page in another language; the account remembers it for mails."""
    _from_here_check(request)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseRedirect(_back(request))
    if request.user.is_authenticated:
        profile_update(request.user, member=request.user, changes={"language": language})
    back = _back(request)
    with override(get_language_from_path(urlsplit(back).path) or settings.LANGUAGE_CODE):
        return HttpResponseRedirect(translate_url(back, language))


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component and pattern to the team, in the theme asked for. Raises: Denied."""
    if not (request.user.is_authenticated and request.user.roles):
        raise Denied(_("These pages are for the team."))
    shown = [
        {"component": component, "examples": [example_render(component, each, request) for each in component.examples]}
        for component in components()
        if component.gallery
    ]
    theme = request.GET.get("theme", "light")
    context = {
        "section": "staff",
        "staff_section": "gallery",
        "theme": theme if theme in THEMES else "light",
        "shown": shown,
        "patterns": [f"branding/patterns/{name}.html" for name in pattern_names()],
        "tabs": [{"text": name, "url": f"?theme={name}", "current": name == theme} for name in ("light", "dark")],
    }
    return render(request, "branding/gallery.html", context)


def _back(request: HttpRequest) -> str:
    """Return the page the form stood on, the home page for anything not ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else reverse("portal:home")


def _from_here_check(request: HttpRequest) -> None:
    """Refuse a form of another site. Raises: Denied.

    These two forms stand on every page, cached ones too, so they carry no token: a token would need a cookie. The
    browser says where a form comes from, and what they change is harmless.
    """
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Denied(_("This form was sent from another site."))
    if origin and origin != f"{request.scheme}://{request.get_host()}":
        raise Denied(_("This form was sent from another site."))
