"""The brand of a site: one form, a preview of what is not saved yet, pictures, themes as files."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.branding.colours import readings
from community.branding.forms import BrandForm, LinkFormSet, links_of
from community.branding.models import BrandSettings
from community.branding.permissions import brand_change_check
from community.branding.previews import PREVIEWED, preview_context
from community.branding.selectors import brand_changes, brand_stored
from community.branding.services import PICTURES, brand_picture_set, brand_save
from community.branding.stylesheet import brand_stylesheet
from community.branding.themes import theme_defaults, theme_read, theme_written
from community.core.errors import Invalid
from community.core.limits import limit_writes

THEMES = ("light", "dark")
LINKED = ("header", "footer")
RATE = "240/h"
PREVIEW_POLICY = (
    "default-src 'none'; style-src 'self'{inline}; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; require-trusted-types-for 'script'"
)
"""Of the frames alone: our own pages may frame them, nothing in them runs or sends."""


@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("branding.brand", RATE)
@csp_update({"frame-src": [SELF]})
def brand(request: Any) -> HttpResponse:
    """Show and save the brand of this site; every button but Save only fills the form. Raises: Denied."""
    brand_change_check(request.user)
    stored = brand_stored(request.site)
    if request.method != "POST":
        return _page(request, stored, BrandForm(instance=stored), _links(stored))
    act, _colon, page = request.POST.get("act", "").partition(":")
    if act == "import":
        return _imported(request, stored)
    form = BrandForm(_filled(request.POST, act, stored), instance=brand_stored(request.site))
    links = _links_sent(request.POST)
    good = form.is_valid() and all(rows.is_valid() for rows in links)
    if act != "save" or not good:
        status = 200 if good else 422
        return _page(request, stored, form, links, page=page, status=status, is_unsaved=True)
    values = {name: form.cleaned_data[name] for name in form.Meta.fields}
    values |= {f"{rows.prefix}_links": links_of(rows) for rows in links}
    try:
        changed = brand_save(member=request.user, site=request.site, values=values)
    except Invalid as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.reason))
        return _page(request, stored, form, links, status=422, is_unsaved=True)
    messages.success(request, _("Saved. It shows on the next request.") if changed else _("Nothing had changed."))
    return HttpResponseRedirect(reverse("branding:brand"))


@require_safe
def brand_colours(request: Any) -> HttpResponse:
    """Show how the colours of the form read; for the open form. Raises: Denied."""
    brand_change_check(request.user)
    form = BrandForm(request.GET, instance=brand_stored(request.site))
    return render(request, "branding/brand.html#colours", _colours(form.tried()))


@require_POST
@limit_writes("branding.picture", "60/h")
def brand_picture(request: Any, slot: str) -> HttpResponse:
    """Replace or remove the picture in a slot. Raises: Denied, Http404."""
    brand_change_check(request.user)
    if slot not in PICTURES:
        raise Http404
    remove = request.POST.get("act") == "remove"
    try:
        if not remove and "picture" not in request.FILES:
            raise Invalid(_("Choose a picture first."))
        file = None if remove else request.FILES["picture"]
        brand_picture_set(member=request.user, site=request.site, slot=slot, file=file)
    except Invalid as refused:
        stored = brand_stored(request.site)
        wrong = {"slot": slot, "reason": refused.reason}
        return _page(request, stored, BrandForm(instance=stored), _links(stored), status=422, picture_error=wrong)
    messages.success(request, _("Saved. It shows on the next request."))
    return HttpResponseRedirect(reverse("branding:brand") + "#pictures")


@require_safe
def theme_export(request: Any) -> HttpResponse:
    """Hand the saved theme out as a file. Raises: Denied."""
    brand_change_check(request.user)
    response = HttpResponse(theme_written(brand_stored(request.site)), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="theme.json"'
    return response


@require_safe
def brand_preview(request: Any, page: str) -> HttpResponse:
    """Show a sample page in the colours and words of the query, saved nowhere. Raises: Denied, Http404."""
    brand_change_check(request.user)
    if page not in PREVIEWED:
        raise Http404
    theme = request.GET.get("theme", "")
    tried = BrandForm(request.GET, instance=brand_stored(request.site)).tried()
    for rows in _links_sent(request.GET):
        if rows.management_form.is_valid():
            setattr(tried, f"{rows.prefix}_links", links_of(rows))
    context = preview_context(page, tried, sheet_url=f"{reverse('branding:brand_try')}?{request.GET.urlencode()}")
    context["theme"] = context["shown_in"] = theme if theme in THEMES else "light"
    response = render(request, PREVIEWED[page], context)
    response["Content-Security-Policy"] = PREVIEW_POLICY.format(inline=" 'unsafe-inline'" if page == "mail" else "")
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def brand_try(request: Any) -> HttpResponse:
    """Serve the style sheet of the values in the query, as saving them would make it. Raises: Denied."""
    brand_change_check(request.user)
    tried = BrandForm(request.GET, instance=brand_stored(request.site)).tried()
    response = HttpResponse(brand_stylesheet(tried.values), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, max-age=600"
    return response


def _filled(sent: QueryDict, act: str, stored: BrandSettings) -> QueryDict:
    """Return what was sent, changed by the pressed button: a colour that reads, or the product's own look."""
    filled = sent.copy()
    if act in ("take_light", "take_dark"):
        tried = BrandForm(sent, instance=stored).tried()
        light, dark = readings(tried.colour, tried.colour_dark)
        filled["colour" if act == "take_light" else "colour_dark"] = light.used if act == "take_light" else dark.used
    elif act == "reset":
        for name, value in theme_defaults().items():
            filled[name] = str(value)
    return filled


def _imported(request: Any, stored: BrandSettings) -> HttpResponse:
    """Fill the form with the theme that was sent, or say why it cannot be used."""
    try:
        if "theme" not in request.FILES:
            raise Invalid(_("Choose a theme file first."))
        look = theme_read(request.FILES["theme"])
    except Invalid as refused:
        form = BrandForm(instance=stored)
        return _page(request, stored, form, _links(stored), status=422, theme_error=refused.reason)
    for name, value in look.items():
        setattr(stored, name, value)
    return _page(request, stored, BrandForm(instance=stored), _links(stored), is_unsaved=True)


def _links(stored: BrandSettings) -> list[Any]:
    return [LinkFormSet(initial=getattr(stored, f"{prefix}_links"), prefix=prefix) for prefix in LINKED]


def _links_sent(sent: QueryDict) -> list[Any]:
    return [LinkFormSet(sent, prefix=prefix) for prefix in LINKED]


def _colours(tried: BrandSettings) -> dict[str, Any]:
    light, dark = readings(tried.colour, tried.colour_dark)
    return {"light": light, "dark": dark, "dark_is_own": bool(tried.colour_dark)}


def _page(
    request: Any,
    stored: BrandSettings,
    form: BrandForm,
    links: list[Any],
    *,
    page: str = "home",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render the page with the frames of what the form holds."""
    tried = form.tried() if form.is_bound else stored
    query = QueryDict(mutable=True)
    for name in form.Meta.fields:
        query[name] = str(getattr(tried, name))
    for rows in links:
        query.update({name: value for name, value in rows.data.items() if name.startswith(f"{rows.prefix}-")})
    shown = page if page in PREVIEWED else "home"
    context = {
        "section": "staff",
        "staff_section": "brand",
        "form": form,
        "header_links": links[0],
        "footer_links": links[1],
        "stored": stored,
        "pictures": [(slot, getattr(stored, f"{slot}_url")) for slot in PICTURES],
        "changes": brand_changes(request.site),
        "shown": shown,
        "previewed": tuple(PREVIEWED),
        "frame_url": reverse("branding:brand_preview", args=[shown]),
        "frame_query": query.urlencode(),
        **_colours(tried),
        **more,
    }
    return render(request, "branding/brand.html", context, status=status)
