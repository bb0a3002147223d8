"""What search engines elsewhere ask for first. The same for everybody, whoever asks."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from community.portal.sitemap import KINDS, sitemap_parts, sitemap_paths


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say where the sitemap is, and that everything may be read that is served."""
    address = request.build_absolute_uri(reverse("sitemap"))
    return HttpResponse(f"User-agent: *\nDisallow:\n\nSitemap: {address}\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Return the index of the sitemap's parts."""
    paths = [reverse("sitemap_part", args=[kind, number]) for kind, number in sitemap_parts()]
    return _answer(request, "portal/sitemap.xml", paths)


@require_safe
def sitemap_part(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """Return the addresses of one part. Raises: Http404 for a kind without pages."""
    if kind not in KINDS:
        raise Http404
    paths = sitemap_paths(kind, int(number), site=request.site)  # type: ignore[attr-defined]
    return _answer(request, "portal/sitemap_part.xml", paths)


def _answer(request: HttpRequest, template: str, paths: list[str]) -> HttpResponse:
    addresses = [request.build_absolute_uri(path) for path in paths]
    return render(request, template, {"addresses": addresses}, content_type="application/xml")
