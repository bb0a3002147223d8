"""Addresses of sites; paths with and without their language: Subjects give them without, pages print them with it."""

from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language, override
from wagtail.models import Site

ADDRESS_CACHE_S = 60


def path_to(name: str, *args: object) -> str:
    """Return the path of a URL name in the active language; quicker than `reverse` for what pages show by the dozen."""
    return _reversed(name, args, get_language())


@lru_cache(maxsize=20_000)
def _reversed(name: str, args: tuple[object, ...], _language: str | None) -> str:
    return reverse(name, args=args)


def path_plain(name: str, *args: object) -> str:
    """Return the path of a URL name without language prefix, whatever language is active."""
    return _plain(name, args)


@lru_cache(maxsize=20_000)
def _plain(name: str, args: tuple[object, ...]) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse(name, args=args)


def path_in(path: str, language: str = "") -> str:
    """Return a path without prefix as it is in `language`; in the active one unless told."""
    language = language or get_language() or settings.LANGUAGE_CODE
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def site_address(site_id: int | None) -> str:
    """Return scheme and host of a site, without a last slash; the installation's for the default one and for none.

    Queries: 0 or 1; kept for a minute.
    """
    if site_id is None:
        return settings.PUBLIC_URL
    key = f"core:address:{site_id}"
    address: str | None = cache.get(key)
    if address is None:
        site = Site.objects.filter(pk=site_id, is_default_site=False).first()
        address = str(site.root_url) if site else settings.PUBLIC_URL
        cache.set(key, address, ADDRESS_CACHE_S)
    return address
