"""One idea."""

from django.http import Http404, HttpRequest, HttpResponse


def idea_by_id(request: HttpRequest, idea_id: int) -> HttpResponse:
    """Lead to an idea's page."""
    raise Http404


def idea(request: HttpRequest, idea_id: int, slug: str) -> HttpResponse:
    """Show an idea."""
    raise Http404
