"""How points work, and where each of a member's points came from."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.serving.page_cache import visitors_page
from community.reputation.selectors import ledger_page, levels_all, member_by_handle, progress_of, rules_in_use


@require_safe
@visitors_page
def rules(request: HttpRequest) -> HttpResponse:
    """Show what earns points and which levels there are."""
    return render(request, "reputation/rules.html", {"rules": rules_in_use(), "levels": levels_all()})


@require_safe
def ledger(request: HttpRequest, handle: str) -> HttpResponse:
    """Show a member's points one by one, newest first; `?before=<entry>` continues."""
    member = member_by_handle(handle)
    if member is None:
        raise Http404
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit()):
        raise Http404
    page = ledger_page(member.pk, request.user, before=int(before) if before else None)
    return render(
        request,
        "reputation/ledger.html",
        {"member": member, "page": page, "progress": progress_of(member.pk)},
    )
