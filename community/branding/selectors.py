"""Reads: the site of a request and its brand, both cached."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.models import Site

from community.branding.brand import Brand, FooterLink, brand_key
from community.branding.colours import accent_of
from community.branding.models import BrandSettings
from community.branding.stylesheet import brand_stylesheet, stylesheet_hash

SITE_CACHE_S = 60
BRAND_CACHE_S = 3600
LOGO_RENDITION = "height-48"


def site_of(request: HttpRequest) -> Site | None:
    """Return the Wagtail Site of the request's host, None when there is none at all. Queries: 0 or 1."""
    key = f"branding:site:{request.get_host()}"
    site = cache.get(key)
    if site is None:
        site = Site.find_for_request(request)
        if site is not None:
            cache.set(key, site, SITE_CACHE_S)
    return site


def brand_of(site: Site | None) -> Brand:
    """Return the brand of `site`; the product's own when it has none. Queries: 0 when cached, else 1 to 3."""
    key = brand_key(site.pk if site else None, get_language() or settings.LANGUAGE_CODE)
    brand = cache.get(key)
    if brand is None:
        stored = BrandSettings.objects.filter(site=site).select_related("logo_light", "logo_dark").first()
        brand = _brand(stored or BrandSettings())
        cache.set(key, brand, BRAND_CACHE_S)
    return brand


def plain_brand() -> Brand:
    """Return the product's own brand. Queries: 0."""
    return _brand(BrandSettings())


def stylesheet_named(name: str) -> str | None:
    """Return the style sheet with this hash, None when no brand has it (any more). Queries: 0 or 1."""
    plain = brand_stylesheet(BrandSettings().values)
    if stylesheet_hash(plain) == name:
        return plain
    return BrandSettings.objects.filter(stylesheet_hash=name).values_list("stylesheet", flat=True).first()


def _brand(stored: BrandSettings) -> Brand:
    """Turn the stored values into what pages in the active language see."""
    language = get_language() or settings.LANGUAGE_CODE
    accent = accent_of(stored.colour)
    light = stored.logo_light.get_rendition(LOGO_RENDITION).url if stored.logo_light else ""
    dark = stored.logo_dark.get_rendition(LOGO_RENDITION).url if stored.logo_dark else light
    name = stored.stylesheet_hash or stylesheet_hash(brand_stylesheet(stored.values))
    return Brand(
        name=stored.name,
        label=stored.text("label", language),
        legal_name=stored.legal_name,
        tagline=stored.text("tagline", language),
        introduction=stored.text("introduction", language),
        stylesheet_url=reverse("brand_stylesheet", args=[name]),
        icon_url=static("img/mark.svg"),
        accent=accent.on_light,
        accent_text=accent.text_on_light,
        accent_dark=accent.on_dark,
        accent_dark_text=accent.text_on_dark,
        logo_light_url=light,
        logo_dark_url=dark,
        footer_links=tuple(FooterLink(**link) for link in stored.footer_links),
        contact_url=stored.contact_url,
        announcement=stored.text("announcement", language),
        announcement_url=stored.announcement_url,
    )
