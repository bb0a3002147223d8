"""Pages of colleagues: deciding about an idea, merging two, voting for a customer, the statuses of the site."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.errors import Invalid
from community.core.limits import limit_writes
from community.core.requests import PageRequest
from ideas import selectors, services
from ideas.forms_staff import StatusChangeForm, StatusForm, VoteForForm
from ideas.models import Merge
from ideas.permissions import idea_merge_check, status_change_check, statuses_change_check, vote_for_check
from ideas.selectors import staff

RATE = "240/h"
STATUSES = {"section": "staff", "staff_section": "statuses"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("ideas.staff", RATE)
def status_change(request: PageRequest, idea_id: int) -> HttpResponse:
    """Decide about an idea; says first how many people will be told. Raises: Http404, Denied."""
    idea = selectors.idea_for(idea_id, site=request.site, viewer=request.user)
    status_change_check(request.user, idea)
    page = staff.status_page(idea_id, site=request.site, viewer=request.user)
    form = StatusChangeForm(request.POST or None, statuses=page.statuses, initial={"status": page.status_id})
    if request.method == "POST" and form.is_valid():
        try:
            services.status_change(
                member=request.user,
                idea_id=idea_id,
                status_id=form.cleaned_data["status"],
                note=form.cleaned_data["note"],
                language=request.LANGUAGE_CODE,
            )
        except Invalid as refused:
            form.errors_add(refused.field, refused.reason)
        else:
            said = ngettext("Changed. %(count)d person is told.", "Changed. %(count)d people are told.", page.told)
            messages.success(request, said % {"count": page.told})
            return HttpResponseRedirect(page.url)
    context = {"section": "ideas", "page": page, "form": form}
    return render(request, "ideas/status_change.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("ideas.staff", RATE)
def idea_merge(request: PageRequest, idea_id: int) -> HttpResponse:
    """Choose where an idea goes (`?q=`, `?into=`), see what that comes to, and merge. Raises: Http404, Denied."""
    idea = selectors.idea_for(idea_id, site=request.site, viewer=request.user)
    idea_merge_check(request.user, idea)
    if request.method == "POST":
        wanted = _number(request.POST.get("into", ""))
        target = selectors.idea_for(wanted, site=request.site, viewer=request.user)
        services.ideas_merge(member=request.user, source_id=idea_id, target_id=target.pk)
        messages.success(request, _("Merged. Votes and followers are here now."))
        return HttpResponseRedirect(selectors.idea_url(target))
    text, into_text = request.GET.get("q", "").strip()[:200], request.GET.get("into", "")
    into = _number(into_text) if into_text else None
    page = staff.merge_page(idea_id, site=request.site, viewer=request.user, text=text, into=into)
    return render(request, "ideas/idea_merge.html", {"section": "ideas", "page": page, "text": text})


@login_required
@require_POST
@limit_writes("ideas.staff", RATE)
def idea_unmerge(request: PageRequest, idea_id: int) -> HttpResponse:
    """Let a merged idea stand by itself again. Raises: Http404, Denied."""
    idea = selectors.idea_for(idea_id, site=request.site, viewer=request.user)
    try:
        services.ideas_unmerge(member=request.user, source_id=idea_id)
    except Merge.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(request, _("It stands by itself again, with its votes and followers."))
    return HttpResponseRedirect(selectors.idea_url(idea))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("ideas.staff", RATE)
def vote_for(request: PageRequest, idea_id: int) -> HttpResponse:
    """Vote for a customer, with a reason. Raises: Http404, Denied."""
    idea = selectors.idea_for(idea_id, site=request.site, viewer=request.user)
    vote_for_check(request.user, idea)
    form = VoteForForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _voted_for(request, idea_id, form):
        messages.success(request, _("Voted. The customer sees the vote and can take it back."))
        return HttpResponseRedirect(selectors.idea_url(idea))
    context = {"section": "ideas", "idea": idea, "url": selectors.idea_url(idea), "form": form}
    return render(request, "ideas/vote_for.html", context, status=422 if form.errors else 200)


def _voted_for(request: PageRequest, idea_id: int, form: VoteForForm) -> bool:
    customer = staff.customer_of(form.cleaned_data["customer"])
    if customer is None:
        form.errors_add("customer", _("Nobody here has this handle or address."))
        return False
    reason = form.cleaned_data["reason"]
    try:
        services.vote_for(member=request.user, idea_id=idea_id, customer=customer, reason=reason)
    except Invalid as refused:
        form.errors_add(refused.field, refused.reason)
        return False
    return True


@login_required
@require_safe
def status_list(request: PageRequest) -> HttpResponse:
    """Show the statuses of the site. Raises: Denied."""
    statuses_change_check(request.user)
    context: dict[str, Any] = {**STATUSES, "statuses": staff.status_lines(request.site)}
    return render(request, "ideas/status_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("ideas.staff", RATE)
def status_edit(request: PageRequest, status_id: int | None = None) -> HttpResponse:
    """Add a status, or change one. Raises: Http404, Denied."""
    statuses_change_check(request.user)
    status = staff.status_of(status_id, site=request.site) if status_id else None
    form = StatusForm(request.POST) if request.method == "POST" else StatusForm.of(status) if status else StatusForm()
    if request.method == "POST" and form.is_valid():
        try:
            services.status_save(member=request.user, site=request.site, status_id=status_id, **form.values())
        except Invalid as refused:
            form.errors_add(refused.field, refused.reason)
        else:
            messages.success(request, _("Saved."))
            return redirect("ideas:status_list")
    context = {**STATUSES, "form": form, "status": status}
    return render(request, "ideas/status_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
@limit_writes("ideas.staff", RATE)
def status_delete(request: PageRequest, status_id: int) -> HttpResponse:
    """Delete a status no idea ever had. Raises: Http404, Denied."""
    staff.status_of(status_id, site=request.site)
    try:
        services.status_delete(member=request.user, site=request.site, status_id=status_id)
    except Invalid as refused:
        messages.error(request, str(refused.reason))
    else:
        messages.success(request, _("Deleted."))
    return redirect("ideas:status_list")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Http404
    return int(text)
