"""The review queue: one thing at a time."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core.errors import Conflict, DomainError, Gone
from community.core.limits import limit_writes
from community.moderation import selectors, services
from community.moderation.permissions import moderate_check

RATE = "1200/h"


@require_safe
def queue(request: Any) -> HttpResponse:
    """Open the oldest thing nobody is on; show an empty queue when there is none. Raises: Denied."""
    moderate_check(request.user)
    again = request.GET.get("skipped") == "1"
    return _page(request, selectors.next_review_id(request.user, site=request.site, again=again))


@require_safe
def review(request: Any, review_id: int) -> HttpResponse:
    """Open one thing of the queue. Raises: Denied, Http404."""
    moderate_check(request.user)
    return _page(request, review_id, named=True)


def _page(request: Any, review_id: int | None, *, named: bool = False, **more: Any) -> HttpResponse:
    """Show the queue with one thing open, which whoever opens it is on from now."""
    if review_id is not None and "Sec-Purpose" not in request.headers:
        services.review_claim(actor=request.user, review_id=review_id)
    page = selectors.queue_page(request.user, site=request.site, review_id=review_id)
    if named and page.item is None:
        return _settled(request, review_id)
    context = {"section": "staff", "staff_section": "moderation", "page": page, **more}
    return render(request, "moderation/queue.html", context, status=more.get("status", 200))


def _settled(request: HttpRequest, review_id: int | None) -> HttpResponse:
    """Send whoever follows the address of something decided to the queue. Raises: Http404."""
    if not selectors.review_exists(review_id):
        raise Http404
    messages.info(request, _("This is decided already."))
    return redirect("moderation:queue")


@require_POST
@limit_writes("moderation.decide", RATE)
def review_decide(request: Any, review_id: int) -> HttpResponse:
    """Do what the pressed button says: approve, reject, hide, edit, note, skip or release. Raises: Denied, Http404."""
    moderate_check(request.user)
    if not selectors.review_exists(review_id):
        raise Http404
    try:
        stays = _do(request, review_id, request.POST.get("do", ""))
    except (Conflict, Gone) as refused:
        messages.error(request, str(refused.reason))
        return redirect("moderation:queue")
    except DomainError as refused:
        return _page(request, review_id, refusal=str(refused.reason), typed=request.POST, status=422)
    return redirect("moderation:review", review_id) if stays else redirect("moderation:queue")


def _do(request: Any, review_id: int, act: str) -> bool:
    """Do one act; tell whether the thing stays open. Raises: DomainError, Http404."""
    actor, data = request.user, request.POST
    if act == "note":
        services.review_note(actor=actor, review_id=review_id, note=data.get("note", ""))
        messages.success(request, _("Noted for the team."))
        return True
    if act == "skip":
        services.review_skip(actor=actor, review_id=review_id)
        return False
    if act == "release":
        services.review_release(actor=actor, review_id=review_id)
        return False
    ruling = services.Ruling(
        action=act,
        reason=data.get("reason", "") if act == "reject" else "",
        message=data.get("message", ""),
        note=data.get("note", ""),
        text=data.get("text", ""),
    )
    services.review_decide(actor=actor, review_id=review_id, ruling=ruling)
    return False


@require_POST
@limit_writes("moderation.decide", RATE)
def decision_undo(request: Any) -> HttpResponse:
    """Take back what the last press decided, and open it again. Raises: Denied."""
    moderate_check(request.user)
    try:
        reviews = services.decision_undo(actor=request.user, batch=request.POST.get("batch", ""))
    except Conflict as refused:
        messages.error(request, str(refused.reason))
        return redirect("moderation:queue")
    messages.success(request, _("Undone: all is as it was."))
    return HttpResponseRedirect(selectors.review_url(reviews[0]))
