"""Set-up: the first visit, six steps, sample content."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community.core.errors import Conflict, DomainError, Invalid
from community.core.limits import limit_writes
from community.members.adapters import signed_in
from community.members.decorators import staff_only
from community.members.models import Member
from community.portal.forms import STEP_FORMS, ClaimForm
from community.portal.models import SetupStep
from community.portal.setup.claiming import installation_claim, is_waiting
from community.portal.setup.progress import checklist, checklist_put_away, step_set
from community.portal.setup.samples import sample_add, sample_remove
from community.portal.setup.steps import SANDBOX, STEPS

administrators = staff_only(Member.Role.ADMINISTRATOR)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("portal.setup", "20/10m")
def setup(request: HttpRequest) -> HttpResponse:
    """Take the installation with the code; afterwards lead administrators to where set-up is."""
    if not is_waiting():
        return _resume(request)  # type: ignore[return-value]
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = installation_claim(site=request.site, **form.cleaned_data)  # type: ignore[attr-defined]
        except (Conflict, Invalid) as refused:
            form.add_error(getattr(refused, "field", None), str(refused.reason))
        else:
            signed_in(request, member)
            return redirect("portal:setup_step", next(iter(STEPS)))
    return render(request, "portal/setup_claim.html", {"form": form}, status=422 if form.errors else 200)


@administrators
def _resume(request: HttpRequest) -> HttpResponse:
    """Lead to the first step nobody looked at, then to the first that was skipped."""
    found = checklist(request.site)  # type: ignore[attr-defined]
    for state in (SetupStep.State.OPEN, SetupStep.State.SKIPPED):
        for line in found.lines if found else ():
            if line.state == state:
                return redirect("portal:setup_step", line.name)
    return redirect("portal:staff")


@never_cache
@administrators
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("portal.setup_step", "120/h")
def setup_step(request: HttpRequest, name: str) -> HttpResponse:
    """Show one step; save it or skip it, and go on. Raises: Http404 for a step there is none of."""
    if name not in STEPS:
        raise Http404
    site = request.site  # type: ignore[attr-defined]
    if request.method == "POST" and request.POST.get("act") == "skip":
        step_set(site=site, name=name, state=SetupStep.State.SKIPPED)
        return _next(request, name)
    form = STEP_FORMS[name](request.POST or None, request.FILES or None, site=site)
    if request.method == "POST" and form.is_valid():
        try:
            STEPS[name].store(request, site, form.cleaned_data)
        except DomainError as refused:
            field = getattr(refused, "field", None)
            form.add_error(field if field in form.fields else None, str(refused.reason))
        else:
            return _saved(request, name, form.cleaned_data.get("crm", SANDBOX))
    names = list(STEPS)
    at = names.index(name)
    context = {
        "step": STEPS[name],
        "name": name,
        "number": at + 1,
        "back": names[at - 1] if at else "",
        "form": form,
        "checklist": checklist(site),
    }
    return render(request, "portal/setup_step.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, name: str, crm: str) -> HttpResponse:
    """Go on; a CRM that needs an address goes on to its own page, and the step is done when it is connected there."""
    if crm != SANDBOX:
        return redirect("crm_sync:connection_add", crm)
    step_set(site=request.site, name=name, state=SetupStep.State.DONE)  # type: ignore[attr-defined]
    return _next(request, name)


def _next(request: HttpRequest, name: str) -> HttpResponse:
    found = checklist(request.site)  # type: ignore[attr-defined]
    line = found.after(name) if found else None
    return redirect("portal:setup_step", line.name) if line else redirect("portal:staff")


@administrators
@require_POST
def setup_away(request: HttpRequest) -> HttpResponse:
    """Put the check-list away."""
    checklist_put_away(site=request.site)  # type: ignore[attr-defined]
    return redirect("portal:staff")


@administrators
@require_POST
@limit_writes("portal.sample", "10/h")
def sample(request: HttpRequest) -> HttpResponse:
    """Write the sample content (`act=add`), or take exactly that away again."""
    site = request.site  # type: ignore[attr-defined]
    if request.POST.get("act") == "add":
        sample_add(site=site)
        messages.success(request, _("The sample content is written."))
    else:
        kept = sample_remove(site=site)
        messages.success(request, _("The sample content is gone."))
        if kept:
            said = ngettext(
                "%(count)d sample stays: members wrote in it.", "%(count)d samples stay: members wrote in them.", kept
            )
            messages.info(request, said % {"count": kept})
    return redirect("portal:setup")
