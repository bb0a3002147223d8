"""Reads: the site of a request and its brand, both cached."""

from django.core.cache import cache
from django.http import HttpRequest
from wagtail.models import Site

SITE_CACHE_S = 60


def site_of(request: HttpRequest) -> Site | None:
    """Return the Wagtail Site of the request's host, None when there is none at all. Queries: 0 or 1."""
    key = f"branding:site:{request.get_host()}"
    site = cache.get(key)
    if site is None:
        site = Site.find_for_request(request)
        if site is not None:
            cache.set(key, site, SITE_CACHE_S)
    return site
