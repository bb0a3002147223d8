"""Pages of runs: the list, one run with its requests and answers, the history of one record."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from crm_sync.selectors_runs import record_history, run_attempts, run_line, run_of, run_page
from crm_sync.selectors_staff import connection_of
from crm_sync.views_staff import SECTION, for_readers

SHOWS = ("busy", "refused", "all")


@require_safe
@for_readers
def run_list(request: HttpRequest) -> HttpResponse:
    """Show runs, newest first; `?show=` busy, refused or all, `?connection=`, `?before=` a run."""
    show = request.GET.get("show", "busy")
    connection_id, before = _number(request, "connection"), _number(request, "before")
    if show not in SHOWS:
        raise Http404
    page = run_page(connection_id=connection_id, before=before, show=show)
    crm = connection_of(connection_id) if connection_id else None
    urls = {name: _address(name, connection_id) for name in SHOWS}
    urls["older"] = _address(show, connection_id, page.next_before) if page.next_before else ""
    urls["newest"] = urls[show] if before else ""
    context = {**SECTION, "page": page, "crm": crm, "urls": urls, "current": {show: True}}
    return render(request, "crm_sync/run_list.html", context)


def _address(show: str, connection_id: int | None, before: int | None = None) -> str:
    asked = {"show": show, "connection": connection_id, "before": before}
    return f"{reverse('crm_sync:run_list')}?{urlencode({name: value for name, value in asked.items() if value})}"


@require_safe
@for_readers
def run_detail(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show what one run asked and was answered, secrets masked."""
    run = run_of(run_id)
    context = {**SECTION, "run": run, "line": run_line(run), "attempts": run_attempts(run)}
    return render(request, "crm_sync/run_detail.html", context)


@require_safe
@for_readers
def record_detail(request: HttpRequest, connection_id: int, kind: str, object_id: int) -> HttpResponse:
    """Show all that happened to one record in one CRM."""
    crm = connection_of(connection_id)
    history = record_history(crm.pk, kind, object_id)
    if history is None:
        raise Http404
    return render(request, "crm_sync/record_detail.html", {**SECTION, "crm": crm, "history": history})


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if text and not (text.isascii() and text.isdigit()):
        raise Http404
    return int(text) if text else None
