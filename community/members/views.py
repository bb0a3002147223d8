"""Profiles and settings: HTTP in, HTTP out."""

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.errors import Conflict, DomainError, Invalid
from community.core.limits import limit_writes
from community.core.serving.page_cache import visitors_page
from community.core.showing import shows
from community.members.adapters import signed_in
from community.members.forms import AvatarForm, CodeForm, ConsentForm, EraseForm, InvitedForm, ProfileForm
from community.members.inviting import invitation_accept, invitation_of
from community.members.reauthentication import code_confirm, code_send, code_was_sent
from community.members.selectors import privacy_page, profile_page
from community.members.services import avatar_set, consent_choose, member_erase, profile_update
from community.privacy.services import CRM_SYNC, export_member

SETTINGS_RATE = "30/h"


@require_safe
@visitors_page
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """Show the public profile of a member."""
    page = profile_page(handle, viewer=request.user)
    shows(request, "members.member", page.member.pk)
    return render(request, "members/profile.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("members.invited", "20/h")
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """Make the account somebody was invited to, and sign in. Raises: Gone for a link that works no more."""
    invitation = invitation_of(secret)
    form = InvitedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = invitation_accept(secret=secret, **form.cleaned_data)
        except (Conflict, Invalid) as refused:
            form.add_error(getattr(refused, "field", None), str(refused.reason))
        else:
            signed_in(request, member)
            return redirect("portal:home")
    status = 422 if form.errors else 200
    return render(request, "members/invited.html", {"form": form, "invitation": invitation}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("members.settings", SETTINGS_RATE)
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change the member's own profile."""
    form = ProfileForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            profile_update(request.user, member=request.user, changes=form.cleaned_data)
        except DomainError as refused:
            form.add_error(getattr(refused, "field", None), str(refused.reason))
        else:
            messages.success(request, _("Your settings are saved."))
            return redirect("members:settings")
    status = 422 if form.errors else 200
    return render(request, "members/settings.html", {"form": form, "avatar_form": AvatarForm()}, status=status)


@login_required
@require_POST
@limit_writes("members.settings", SETTINGS_RATE)
def avatar(request: HttpRequest) -> HttpResponse:
    """Take a new picture, or remove the present one (`remove`)."""
    form = AvatarForm(request.POST, request.FILES)
    removes = "remove" in request.POST
    if removes or form.is_valid():
        try:
            avatar_set(request.user, member=request.user, picture=None if removes else form.cleaned_data["picture"])
        except Invalid as refused:
            form.add_error(None if removes else "picture", str(refused.reason))
        else:
            messages.success(request, _("Your picture is removed.") if removes else _("Your picture is saved."))
            return redirect("members:settings")
    context = {"form": ProfileForm(request.user), "avatar_form": form}
    return render(request, "members/settings.html", context, status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("members.settings", SETTINGS_RATE)
def privacy(request: HttpRequest) -> HttpResponse:
    """Show and change what may reach the CRM; lead to export and erasure."""
    page = privacy_page(request.user)
    if request.method == "POST":
        form = ConsentForm(request.POST)
        if form.is_valid():
            consent_choose(request.user, purpose=CRM_SYNC, given=form.cleaned_data["crm"])
            messages.success(request, _("Your choice is saved."))
            return redirect("members:privacy")
    return render(request, "members/privacy.html", {"page": page, "form": ConsentForm(initial={"crm": page.crm_given})})


@login_required
@require_POST
@limit_writes("members.export", "10/d")
def export(request: HttpRequest) -> HttpResponse:
    """Send everything we hold about the member as one JSON file."""
    response = JsonResponse(export_member(request.user.pk), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{request.user.handle}.json"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@reauthentication_required(app="community.members")
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("members.erase", "5/h")
def erase(request: HttpRequest) -> HttpResponse:
    """Say what erasing means, ask once more, then erase and sign out."""
    form = EraseForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        member_erase(request.user, member=request.user)
        logout(request)
        return HttpResponseRedirect(reverse("members:erased"))
    status = 422 if form.errors else 200
    return render(request, "members/erase.html", {"form": form, "page": privacy_page(request.user)}, status=status)


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Say that it is done."""
    return render(request, "members/erased.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reauthenticate(request: HttpRequest) -> HttpResponse:
    """Mail a code (`send`) or take it (`confirm`), then go on with what had to wait."""
    form = CodeForm()
    if request.POST.get("action") == "send":
        code_send(request)
    elif request.method == "POST":
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                code_confirm(request, form.cleaned_data["code"])
            except Invalid as refused:
                form.add_error("code", str(refused.reason))
            else:
                return resume_request(request) or redirect("members:settings")
    context = {"form": form, "sent": code_was_sent(request), "next": get_next_redirect_url(request) or ""}
    return render(request, "members/reauthenticate.html", context, status=422 if form.errors else 200)
