"""Pages of the sync: connections, what waits for a person, acts on both. Support reads, administrators act."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.errors import Invalid
from community.core.limits import limit_writes
from community.members.models import Member
from crm_sync import services_staff as services
from crm_sync.connectors import connector_classes
from crm_sync.forms import ConnectionForm, DiscardForm, PauseForm, RuleForm
from crm_sync.models import Connection
from crm_sync.permissions import sync_manage_check, sync_read_check
from crm_sync.selectors_dead import TABLES, GroupKey, dead_groups
from crm_sync.selectors_lag import lag_chart
from crm_sync.selectors_preview import connection_preview, rule_sample
from crm_sync.selectors_runs import run_page
from crm_sync.selectors_staff import acts_of, connection_lines, connection_of, connections_all, how_it_writes, lede
from crm_sync.words import records_words

View = Callable[..., HttpResponseBase]
SECTION = {"section": "staff", "staff_section": "sync"}
RATE = "60/m"


def for_readers(view: View) -> View:
    """Let in support and administrators. Raises: Denied for everybody else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        sync_read_check(request.user)
        return view(request, *args, **kwargs)

    return checked


def for_managers(view: View) -> View:
    """Let in administrators. Raises: Denied for everybody else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        sync_manage_check(request.user)
        return view(request, *args, **kwargs)

    return limit_writes("crm_sync.manage", RATE)(checked)


@require_safe
@for_readers
def connection_list(request: HttpRequest) -> HttpResponse:
    """Show how every connection is, what waits for a person, and the last runs."""
    lines = connection_lines(connections_all())
    context = {
        **SECTION,
        "lines": lines,
        "lede": lede(lines),
        "groups": dead_groups(),
        "runs": run_page(limit=10),
        "kinds": _kinds(),
    }
    return render(request, "crm_sync/connection_list.html", context)


@require_safe
@for_readers
def connection_detail(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Show one connection: its state, what it would send next, its rule, its runs, and who did what to it."""
    crm = connection_of(connection_id)
    return render(request, "crm_sync/connection_detail.html", _detail(crm))


def _detail(crm: Connection, **more: Any) -> dict[str, Any]:
    return {
        **SECTION,
        "crm": crm,
        "line": connection_lines([crm])[0],
        "capabilities": connector_classes()[crm.kind].capabilities(crm.options),
        "how": how_it_writes(crm),
        "lag": lag_chart(crm),
        "groups": dead_groups(connection_id=crm.pk),
        "runs": run_page(connection_id=crm.pk, limit=10),
        "acts": acts_of(crm.pk),
        "rule": services.rule_of(crm),
        **more,
    }


@require_http_methods(["GET", "POST"])
@for_managers
def connection_add(request: HttpRequest, kind: str) -> HttpResponse:
    """Connect a CRM of this kind. It starts paused."""
    if kind not in connector_classes():
        raise Http404
    form = ConnectionForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            crm = services.connection_create(actor=_actor(request), site=request.site, kind=kind, values=form.values())
        except Invalid as refused:
            form.add_error(refused.field, str(refused.reason))
        else:
            messages.success(request, _("Added. Test it, look at what it would send, then enable it."))
            return redirect("crm_sync:connection_detail", crm.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@for_managers
def connection_edit(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Change a connection; what is secret stays unseen."""
    crm = connection_of(connection_id)
    form = ConnectionForm(request.POST or None, kind=crm.kind, crm=crm)
    if request.method == "POST" and form.is_valid():
        try:
            services.connection_update(actor=_actor(request), connection_id=crm.pk, values=form.values())
        except Invalid as refused:
            form.add_error(refused.field, str(refused.reason))
        else:
            messages.success(request, _("Saved."))
            return redirect("crm_sync:connection_detail", crm.pk)
    return _form_page(request, form, crm)


def _form_page(request: HttpRequest, form: ConnectionForm, crm: Connection | None) -> HttpResponse:
    context = {**SECTION, "form": form, "crm": crm, "capabilities": form.capabilities}
    return render(request, "crm_sync/connection_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_managers
def connection_test(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Try the connection and show what it found."""
    report = services.connection_check(actor=_actor(request), connection_id=connection_id)
    crm = connection_of(connection_id)
    return render(request, "crm_sync/connection_detail.html", _detail(crm, report=report))


@require_http_methods(["GET", "POST"])
@for_managers
def connection_pause(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Ask why, then pause."""
    crm = connection_of(connection_id)
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        services.connection_pause(actor=_actor(request), connection_id=crm.pk, reason=reason)
        messages.success(request, _("%(name)s is paused. What changes is queued.") % {"name": crm.name})
        return redirect("crm_sync:connection_list")
    context = {**SECTION, "crm": crm, "form": form, "line": connection_lines([crm])[0]}
    return render(request, "crm_sync/connection_pause.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_managers
def connection_enable(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Show what the connection would send; on POST let it."""
    crm = connection_of(connection_id)
    if request.method == "POST":
        services.connection_resume(actor=_actor(request), connection_id=crm.pk)
        messages.success(request, _("%(name)s is enabled.") % {"name": crm.name})
        return redirect("crm_sync:connection_list")
    context = {**SECTION, "crm": crm, "line": connection_lines([crm])[0], "preview": connection_preview(crm)}
    return render(request, "crm_sync/connection_enable.html", context)


@require_http_methods(["GET", "POST"])
@for_managers
def rule_edit(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Show what the rule would take of the period chosen (GET counts, changes nothing); on POST switch it on or off."""
    crm = connection_of(connection_id)
    if request.method == "POST" and request.POST.get("off"):
        services.rule_unset(actor=_actor(request), connection_id=crm.pk)
        messages.success(request, _("The rule is off. Its cases stay."))
        return redirect("crm_sync:connection_detail", crm.pk)
    rule = services.rule_of(crm)
    given = request.POST if request.method == "POST" else request.GET
    form = RuleForm(given) if "hours" in given else RuleForm.of(rule)
    is_valid = form.is_valid()
    if request.method == "POST" and is_valid:
        services.rule_set(actor=_actor(request), connection_id=crm.pk, values=form.cleaned_data)
        messages.success(request, _("The rule is on. Questions it takes become cases within a minute."))
        return redirect("crm_sync:connection_detail", crm.pk)
    preview = rule_sample(crm, form.cleaned_data) if is_valid else None
    context = {**SECTION, "crm": crm, "rule": rule, "form": form, "preview": preview}
    return render(request, "crm_sync/rule_edit.html", context, status=200 if is_valid else 422)


@require_POST
@for_managers
def dead_retry(request: HttpRequest) -> HttpResponse:
    """Let one record, one group or all groups try again."""
    if request.POST.get("all"):
        count = services.dead_retry_all(actor=_actor(request), keys=[group.key for group in dead_groups()])
    else:
        count = services.dead_retry(actor=_actor(request), key=_key(request), picked=_picked(request))
    messages.success(request, _("%(records)s will be tried again.") % {"records": records_words(count)})
    return redirect("crm_sync:connection_list")


@require_http_methods(["GET", "POST"])
@for_managers
def dead_discard(request: HttpRequest) -> HttpResponse:
    """Ask why, then give records up."""
    key, picked = _key(request), _picked(request)
    form = DiscardForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        count = services.dead_discard(actor=_actor(request), key=key, picked=picked, reason=reason)
        messages.success(request, _("%(records)s given up.") % {"records": records_words(count)})
        return redirect("crm_sync:connection_list")
    group = next((group for group in dead_groups(connection_id=key.connection_id) if group.key == key), None)
    if group is None:
        raise Http404
    lines = [line for line in group.lines if picked in (None, (line.table, line.id))]
    item = f"{picked[0]}:{picked[1]}" if picked else ""
    context = {**SECTION, "form": form, "group": group, "lines": lines, "item": item}
    return render(request, "crm_sync/dead_discard.html", context, status=422 if form.is_bound else 200)


def _actor(request: HttpRequest) -> Member:
    """Return who asks; `for_managers` has let in nobody but members."""
    return cast(Member, request.user)


def _key(request: HttpRequest) -> GroupKey:
    try:
        return GroupKey.parse(request.POST.get("group") or request.GET.get("group") or "")
    except ValueError as broken:
        raise Http404 from broken


def _picked(request: HttpRequest) -> tuple[str, int] | None:
    """Return the one row meant, written `records:12`. Raises: Http404 for anything else."""
    text = request.POST.get("item") or request.GET.get("item") or ""
    if not text:
        return None
    table, _colon, number = text.partition(":")
    if table not in TABLES or not (number.isascii() and number.isdigit()):
        raise Http404
    return table, int(number)


def _kinds() -> list[tuple[str, str]]:
    return [(kind, connector.capabilities({}).label) for kind, connector in connector_classes().items()]
