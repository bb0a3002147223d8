"""Profiles and settings: HTTP in, HTTP out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.members.selectors import profile_page


@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """Show the public profile of a member."""
    return render(request, "members/profile.html", {"page": profile_page(handle, viewer=request.user)})
