"""Reporting, the member's own reports, and what moderators do about a member."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.core.errors import DomainError, Invalid
from community.core.limits import limit_writes
from community.moderation import selectors, services
from community.moderation.forms import FlagForm, SanctionForm
from community.moderation.permissions import moderate_check

FLAG_RATE = "20/h"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("moderation.flag", FLAG_RATE)
def flag_create(request: Any, kind: str, subject_id: int) -> HttpResponse:
    """Report a thing: a page, or for htmx the form in a dialog and then the receipt. Raises: Http404, Denied."""
    page = selectors.flag_page(request.user, kind=kind, subject_id=subject_id)
    form = FlagForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            flag = services.flag_create(member=request.user, kind=kind, subject_id=subject_id, **form.cleaned_data)
        except Invalid as refused:
            form.add_error(refused.field, str(refused.reason))
        except LookupError:
            raise Http404 from None
        else:
            if request.htmx:
                return render(request, "moderation/flag.html#receipt", {"page": page, "flag": flag})
            messages.success(request, _("Thank you. A moderator will look at it, and you will hear what came of it."))
            return redirect("moderation:flag_list")
    if form.errors:
        status = 422
    template = "moderation/flag.html#form" if request.htmx else "moderation/flag.html"
    return render(request, template, {"page": page, "form": form}, status=status)


@login_required
@require_safe
def flag_list(request: Any) -> HttpResponse:
    """Show the member's own reports with their outcome, and what moderators told them."""
    return render(request, "moderation/flag_list.html", {"page": selectors.my_reports(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("moderation.sanction", "120/h")
def member(request: Any, handle: str) -> HttpResponse:
    """Show what was decided about a member; warn, suspend or let them back. Raises: Denied, Http404."""
    moderate_check(request.user)
    page = selectors.member_page(handle)
    first = page.reasons[0]
    form = SanctionForm(request.POST or None, initial={"reason": first.code, "message": first.text, "days": "7"})
    if request.method == "POST":
        done = _sanction(request, page.member, form)
        if done:
            messages.success(request, done)
            return redirect("moderation:member", handle)
    context = {"section": "staff", "staff_section": "moderation", "page": page, "form": form}
    return render(request, "moderation/member.html", context, status=422 if form.errors else 200)


def _sanction(request: Any, about: Any, form: SanctionForm) -> str:
    """Do what the pressed button says; return what to say, empty when the form holds an error. Raises: Denied."""
    act = request.POST.get("do")
    try:
        if act == "lift":
            services.suspension_lift(actor=request.user, member=about)
            return str(_("They can sign in again."))
        if not form.is_valid():
            return ""
        words = {name: form.cleaned_data[name] for name in ("reason", "message")}
        if act == "warn":
            services.member_warn(actor=request.user, member=about, **words)
            return str(_("Warned. They read it on their page of reports."))
        days = int(form.cleaned_data["days"]) if form.cleaned_data["days"] else None
        services.member_suspend_for(actor=request.user, member=about, days=days, **words)
        return str(_("Suspended. Their sessions have ended."))
    except DomainError as refused:
        form.is_valid()
        form.add_error(getattr(refused, "field", None), str(refused.reason))
        return ""
