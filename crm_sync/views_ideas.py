"""The accounts behind an idea, opened to their voters; for colleagues."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from community.core.requests import PageRequest
from community.members.permissions import role_check
from crm_sync.selectors_ideas import accounts_page, idea_named

SECTION = {"section": "staff", "staff_section": "ideas"}


@require_safe
def idea_accounts(request: PageRequest, idea_id: int) -> HttpResponse:
    """Show every account that asks for an idea, with its voters; `?from=50` goes on."""
    role_check(request.user)
    title, url = idea_named(idea_id, request.user)
    start = request.GET.get("from", "0")
    if not (start.isascii() and start.isdigit()) or len(start) > 9:
        raise Http404
    page = accounts_page(idea_id, int(start))
    here = reverse("crm_sync:idea_accounts", args=[idea_id])
    context = {
        **SECTION,
        "title": title,
        "page": page,
        "older_url": f"{here}?from={page.next_from}" if page.next_from else "",
        "crumbs": [{"text": title, "url": url}],
    }
    return render(request, "crm_sync/idea_accounts.html", context)
