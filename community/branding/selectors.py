"""Reads: the site of a request and its brand, both cached."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.models import Site

from community.branding.brand import Brand, Icon, Link, brand_key
from community.branding.colours import accent_of
from community.branding.icons import ICON_SIZES_PX, icon_name
from community.branding.models import BrandChange, BrandSettings
from community.branding.stylesheet import brand_stylesheet, stylesheet_hash

SITE_CACHE_S = 60
BRAND_CACHE_S = 3600
CHANGES_SHOWN = 8


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
    """Return the brand of `site`; the product's own when it has none. Queries: 0 when cached, else 1."""
    key = brand_key(site.pk if site else None, get_language() or settings.LANGUAGE_CODE)
    brand = cache.get(key)
    if brand is None:
        stored = BrandSettings.objects.filter(site=site).first()
        brand = brand_made(stored or BrandSettings())
        cache.set(key, brand, BRAND_CACHE_S)
    return brand


def plain_brand() -> Brand:
    """Return the product's own brand. Queries: 0."""
    return brand_made(BrandSettings())


def stylesheet_named(name: str) -> str | None:
    """Return the style sheet with this hash, None when no brand has it (any more). Queries: 0 or 1."""
    plain = brand_stylesheet(BrandSettings().values)
    if stylesheet_hash(plain) == name:
        return plain
    return BrandSettings.objects.filter(stylesheet_hash=name).values_list("stylesheet", flat=True).first()


def brand_stored(site: Site) -> BrandSettings:
    """Return the stored brand of `site`, an unsaved one where it has none. Queries: 1."""
    return BrandSettings.objects.filter(site=site).first() or BrandSettings(
        site=site, name=site.site_name or "Tertulia"
    )


def brand_changes(site: Site) -> list[BrandChange]:
    """Return who changed what last, the newest first. Queries: 1."""
    return list(BrandChange.objects.filter(site=site).select_related("actor").order_by("-id")[:CHANGES_SHOWN])


def brand_made(stored: BrandSettings) -> Brand:
    """Turn the values, saved or not, into what pages in the active language see. Queries: 0."""
    language = get_language() or settings.LANGUAGE_CODE
    accent = accent_of(stored.colour, stored.colour_dark)
    name = stored.stylesheet_hash or stylesheet_hash(brand_stylesheet(stored.values))
    return Brand(
        name=stored.name,
        label=stored.text("label", language),
        legal_name=stored.legal_name,
        tagline=stored.text("tagline", language),
        introduction=stored.text("introduction", language),
        stylesheet_url=reverse("brand_stylesheet", args=[name]),
        icons=_icons(stored),
        accent=accent.on_light,
        accent_text=accent.text_on_light,
        accent_dark=accent.on_dark,
        accent_dark_text=accent.text_on_dark,
        logo_light_url=stored.logo_light_url,
        logo_dark_url=stored.logo_dark_url or stored.logo_light_url,
        share_url=stored.share_url,
        header_links=_links(stored.header_links, language),
        footer_links=_links(stored.footer_links, language),
        languages=tuple(stored.languages),
        contact_url=stored.contact_url,
        announcement=stored.text("announcement", language),
        announcement_url=stored.announcement_url,
        announcement_key=stylesheet_hash(f"{stored.announcement}\0{stored.announcement_es}\0{stored.announcement_url}"),
    )


def _links(rows: list[dict[str, str]], language: str) -> tuple[Link, ...]:
    return tuple(Link(row.get(f"text_{language}") or row["text"], row["url"]) for row in rows)


def _icons(stored: BrandSettings) -> tuple[Icon, ...]:
    name = icon_name(stored.icon_url)
    if not name:
        return (Icon(static("img/mark.svg")),)
    return tuple(
        Icon(reverse("brand_icon", args=[stored.site_id, name, size_px]), size_px) for size_px in ICON_SIZES_PX
    )
