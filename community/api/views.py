"""Pages of tokens and the reference: HTTP in, HTTP out."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.api import selectors, services
from community.api.forms import ApplicationForm, TokenForm
from community.api.permissions import tokens_manage_check
from community.api.reference import reference_page
from community.core.errors import DomainError
from community.core.limits import limit_writes
from community.core.serving.page_cache import visitors_page

CHANGE_RATE = "20/h"


@require_safe
@visitors_page
def reference(request: Any) -> HttpResponse:
    """Show every operation of the API."""
    return render(request, "api/reference.html", {"page": reference_page()})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: Any) -> HttpResponse:
    """Show the member's own tokens; make one."""
    if request.method == "POST":
        return _token_create(request)
    return _tokens_page(request, TokenForm())


@reauthentication_required(app="community.members")
@limit_writes("api.token", CHANGE_RATE)
def _token_create(request: Any) -> HttpResponse:
    form = TokenForm(request.POST)
    made = _made(form, lambda values: services.token_create(member=request.user, **values))
    return _tokens_page(request, TokenForm() if made else form, made=made)


def _tokens_page(request: Any, form: forms.Form, *, made: str = "") -> HttpResponse:
    context = {"tokens": selectors.personal_tokens(request.user), "form": form, "made": made}
    return render(request, "api/token_list.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
@limit_writes("api.token", CHANGE_RATE)
def token_revoke(request: Any, token_id: int) -> HttpResponse:
    """End a token of the member's own. Raises: Http404, Denied."""
    services.token_revoke(actor=request.user, token_id=token_id)
    messages.success(request, _("The token is revoked."))
    return redirect("api:token_list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_list(request: Any) -> HttpResponse:
    """Show the tokens of applications; make one. Raises: Denied."""
    tokens_manage_check(request.user)
    if request.method == "POST":
        return _application_create(request)
    return _applications_page(request, ApplicationForm())


@reauthentication_required(app="community.members")
@limit_writes("api.token", CHANGE_RATE)
def _application_create(request: Any) -> HttpResponse:
    form = ApplicationForm(request.POST)
    made = _made(form, lambda values: services.application_token_create(actor=request.user, **values))
    return _applications_page(request, ApplicationForm() if made else form, made=made)


def _applications_page(request: Any, form: forms.Form, *, made: str = "") -> HttpResponse:
    context = {
        "section": "staff",
        "staff_section": "tokens",
        "tokens": selectors.application_tokens(),
        "form": form,
        "made": made,
    }
    return render(request, "api/application_list.html", context, status=422 if form.errors else 200)


@require_POST
@limit_writes("api.token", CHANGE_RATE)
def application_revoke(request: Any, token_id: int) -> HttpResponse:
    """End a token of an application. Raises: Http404, Denied."""
    tokens_manage_check(request.user)
    services.token_revoke(actor=request.user, token_id=token_id)
    messages.success(request, _("The token is revoked."))
    return redirect("api:application_list")


def _made(form: Any, create: Any) -> str:
    """Return the text of a new token; empty when the form holds an error instead. Raises: Denied."""
    if not form.is_valid():
        return ""
    try:
        _token, text = create(form.values())
    except DomainError as refused:
        form.add_error(getattr(refused, "field", None), str(refused.reason))
        return ""
    return text
