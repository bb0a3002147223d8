"""Brand style sheet, theme and language choices, the component gallery."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from community.branding.announcement import announcement_put_away
from community.branding.gallery import components, example_render, pattern_names
from community.branding.icons import ICON_SIZES_PX, icon_encoded, icon_name
from community.branding.selectors import brand_of, brand_stored, stylesheet_named
from community.branding.theme import THEMES, theme_remember
from community.core.errors import Denied
from community.core.origins import origin_check
from community.members.services import profile_update

YEAR_S = 365 * 24 * 3600
FAVICON_S = 3600


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


@require_safe
def icon(request: HttpRequest, site_id: int, name: str, size_px: int) -> HttpResponse:
    """Serve a brand's icon as PNG; the name is random and made anew with each picture. Raises: Http404."""
    if size_px not in ICON_SIZES_PX:
        raise Http404
    return _icon(site_id, name, size_px, "image/png", f"public, max-age={YEAR_S}, immutable")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Serve this site's icon to whoever asks without reading a page. Queries: 1."""
    name = icon_name(brand_stored(request.site).icon_url)  # type: ignore[attr-defined]
    if not name:
        return HttpResponseRedirect(static("img/mark.svg"))
    return _icon(request.site.pk, name, 0, "image/x-icon", f"public, max-age={FAVICON_S}")  # type: ignore[attr-defined]


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Say name, colour and icons of this site, for home screens."""
    brand = brand_of(getattr(request, "site", None) or None)
    icons = [{"src": one.url, "sizes": f"{one.size_px}x{one.size_px}" if one.size_px else "any"} for one in brand.icons]
    said = {"name": brand.name, "start_url": "/", "display": "browser", "theme_color": brand.accent, "icons": icons}
    response = JsonResponse(said, content_type="application/manifest+json")
    response["Cache-Control"] = f"public, max-age={FAVICON_S}"
    return response


def _icon(site_id: int, name: str, size_px: int, content_type: str, cache: str) -> HttpResponse:
    try:
        return HttpResponse(
            icon_encoded(site_id, name, size_px), content_type=content_type, headers={"Cache-Control": cache}
        )
    except FileNotFoundError as gone:
        raise Http404 from gone


@csrf_exempt  # nosemgrep: unsafe-exemption  visitors have no token yet: the Origin header is checked instead
@require_POST
def announcement_dismiss(request: HttpRequest) -> HttpResponse:
    """Put this announcement away, in a cookie, and go back to the page; the next one shows again."""
    origin_check(request)
    response = HttpResponseRedirect(_back(request))
    announcement_put_away(response, request.POST.get("key", ""))
    return response


@csrf_exempt  # nosemgrep: unsafe-exemption  visitors have no token yet: the Origin header is checked instead
@require_POST
def theme_set(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or system, in the account or in a cookie, and go back to the page."""
    origin_check(request)
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
    origin_check(request)
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
