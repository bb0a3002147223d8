"""Lists of ideas."""

from django.http import Http404, HttpRequest, HttpResponse


def idea_list(request: HttpRequest) -> HttpResponse:
    """Show the ideas of every board."""
    raise Http404


def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the ideas of a board."""
    raise Http404
