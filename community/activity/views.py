"""The staff page: who is behind, what was given up, replay and discard."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from community.activity import selectors, services
from community.activity.forms import DeadForm
from community.activity.permissions import overview_check
from community.core.limits import limit_writes


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how far handlers, senders and periodic jobs are."""
    overview_check(request.user)
    context = {"section": "staff", "staff_section": "activity", "page": selectors.overview()}
    return render(request, "activity/overview.html", context)


@require_POST
@limit_writes("activity.dead", "120/h")
def dead_settle(request: HttpRequest) -> HttpResponse:
    """Replay or discard one group of given-up work."""
    overview_check(request.user)
    form = DeadForm(request.POST)
    if not form.is_valid():
        raise Http404
    group = {"kind": form.cleaned_data["queue"], "name": form.cleaned_data["name"], "error": form.cleaned_data["error"]}
    try:
        if form.cleaned_data["verb"] == "replay":
            count = services.dead_replay(**group)
            said = ngettext("%(count)d is tried again.", "%(count)d are tried again.", count)
        else:
            count = services.dead_discard(**group)
            said = ngettext("%(count)d was discarded.", "%(count)d were discarded.", count)
    except LookupError:
        raise Http404 from None
    messages.success(request, said % {"count": count})
    return redirect("activity:overview")
