"""`/staff/sandbox-crm/`: the built-in CRM, as the people who use a CRM see it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.limits import limit_writes
from community.members.permissions import role_check
from crm_sync import sandbox_pages
from crm_sync.forms_sandbox import AccountForm, CaseForm, FaultsForm
from crm_sync.models import Connection, SandboxAccount
from crm_sync.sandbox_pages import MODELS, sandbox_faults, sandbox_page, sandbox_record, sandboxes

View = Callable[..., HttpResponseBase]
SECTION = {"section": "staff", "staff_section": "sandbox"}
MAY_CHANGE = ("support_agent", "administrator")


def for_staff(view: View) -> View:
    """Let in colleagues; writing is for support and administrators. Raises: Denied."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        role_check(request.user, *(MAY_CHANGE if request.method == "POST" else ()))
        return view(request, *args, **kwargs)

    return limit_writes("crm_sync.sandbox", "60/m")(checked)


@require_safe
@for_staff
def sandbox(request: HttpRequest) -> HttpResponse:
    """Show cases, ideas, contacts or accounts of a sandbox: `?crm=<id>&show=contacts&before=<id>`."""
    found = sandboxes()
    if not found:
        return render(request, "crm_sync/sandbox.html", {**SECTION, "page": None})
    crm = _chosen(request, found)
    show = request.GET.get("show", "cases")
    if show not in MODELS:
        raise Http404
    page = sandbox_page(crm, show, before_id=_number(request.GET.get("before", "")))
    here = f"{reverse('crm_sync:sandbox')}?crm={crm.pk}"
    context = {
        **SECTION,
        "page": page,
        "sandboxes": found,
        "tabs": _tabs(page, here),
        "older_url": f"{here}&show={show}&before={page.older_id}" if page.older_id else "",
        "faults": sandbox_faults(crm),
    }
    return render(request, "crm_sync/sandbox.html", context)


def _chosen(request: HttpRequest, found: list[Connection]) -> Connection:
    wanted = _number(request.GET.get("crm", ""))
    crm = next((crm for crm in found if wanted in (None, crm.pk)), None)
    if crm is None:
        raise Http404
    return crm


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Http404
    return int(text)


def _tabs(page: sandbox_pages.SandboxPage, here: str) -> list[dict[str, Any]]:
    words = _words()
    return [
        {
            "text": words[name],
            "url": f"{here}&show={name}",
            "count": page.counts[name],
            "current": name == page.show,
        }
        for name in words
    ]


def _words() -> dict[str, str]:
    return {"cases": _("Cases"), "ideas": _("Ideas"), "contacts": _("Contacts"), "accounts": _("Accounts")}


def _record(show: str, record_id: int) -> Any:
    record = sandbox_record(show, record_id)
    if record is None:
        raise Http404
    return record


def _back(crm_id: int, show: str) -> str:
    return f"{reverse('crm_sync:sandbox')}?crm={crm_id}&show={show}"


def _crumbs(crm_id: int, show: str) -> list[dict[str, str]]:
    return [
        {"text": _("Sandbox CRM"), "url": reverse("crm_sync:sandbox")},
        {"text": _words()[show], "url": _back(crm_id, show)},
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def sandbox_case(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show a case and change its state."""
    case = _record("cases", record_id)
    form = CaseForm(request.POST or None, initial={"state": case.state})
    if request.method == "POST" and form.is_valid():
        sandbox_pages.case_state_set(case, form.cleaned_data["state"])
        messages.success(request, _("Saved. The next poll brings it to the topic."))
        return redirect("crm_sync:sandbox_case", record_id=case.pk)
    context = {**SECTION, "case": case, "form": form, "crumbs": _crumbs(case.connection_id, "cases")}
    return render(request, "crm_sync/sandbox_case.html", context, status=422 if form.errors else 200)


@require_safe
@for_staff
def sandbox_idea(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show an idea with the accounts that ask for it."""
    idea = _record("ideas", record_id)
    context = {
        **SECTION,
        "idea": idea,
        "votes": sandbox_pages.idea_votes(idea),
        "crumbs": _crumbs(idea.connection_id, "ideas"),
    }
    return render(request, "crm_sync/sandbox_idea.html", context)


@require_safe
@for_staff
def sandbox_contact(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show a contact with its timeline."""
    contact = _record("contacts", record_id)
    context = {
        **SECTION,
        "contact": contact,
        "notes": sandbox_pages.contact_notes(contact),
        "crumbs": _crumbs(contact.connection_id, "contacts"),
    }
    return render(request, "crm_sync/sandbox_contact.html", context)


@require_POST
@for_staff
def sandbox_contact_merge(request: HttpRequest, record_id: int) -> HttpResponse:
    """Merge a contact into a new one."""
    survivor = sandbox_pages.contact_merge(_record("contacts", record_id))
    if survivor is None:
        messages.info(request, _("It was merged already."))
        return redirect("crm_sync:sandbox_contact", record_id=record_id)
    messages.success(request, _("Merged. The sync will find the new record by itself."))
    return redirect("crm_sync:sandbox_contact", record_id=survivor.pk)


@require_POST
@for_staff
def sandbox_contact_delete(request: HttpRequest, record_id: int) -> HttpResponse:
    """Delete a contact."""
    contact = _record("contacts", record_id)
    sandbox_pages.contact_delete(contact)
    messages.success(request, _("Deleted. The sync will ask a person before it makes the record again."))
    return redirect(_back(contact.connection_id, "contacts"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def sandbox_account(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show an account and change it."""
    return _account(request, _record("accounts", record_id))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def sandbox_account_new(request: HttpRequest, crm_id: int) -> HttpResponse:
    """Add an account."""
    crm = next((crm for crm in sandboxes() if crm.pk == crm_id), None)
    if crm is None:
        raise Http404
    return _account(request, SandboxAccount(connection=crm))


def _account(request: HttpRequest, account: SandboxAccount) -> HttpResponse:
    form = AccountForm(request.POST) if request.method == "POST" else AccountForm.of(account)
    if request.method == "POST" and form.is_valid():
        sandbox_pages.account_save(account, form.values())
        messages.success(request, _("Saved. The next poll brings it to the community."))
        return redirect("crm_sync:sandbox_account", record_id=account.pk)
    title = account.name if account.pk else pgettext("sandbox", "New account")
    context = {
        **SECTION,
        "account": account,
        "title": title,
        "form": form,
        "crumbs": _crumbs(account.connection_id, "accounts"),
    }
    return render(request, "crm_sync/sandbox_account.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def sandbox_faults_edit(request: HttpRequest, crm_id: int) -> HttpResponse:
    """Ask for faults."""
    crm = next((crm for crm in sandboxes() if crm.pk == crm_id), None)
    if crm is None:
        raise Http404
    form = FaultsForm(request.POST or None, faults=sandbox_faults(crm))
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["next_fault"]
        sandbox_pages.faults_set(
            crm, chances=form.chances(), script=[wanted] if wanted else [], slow_ms=form.cleaned_data["slow_ms"]
        )
        messages.success(request, _("Saved. The next calls will show it."))
        return redirect(_back(crm.pk, "cases"))
    context = {**SECTION, "crm": crm, "form": form, "crumbs": _crumbs(crm.pk, "cases")[:1]}
    return render(request, "crm_sync/sandbox_faults.html", context, status=422 if form.errors else 200)
