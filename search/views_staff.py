"""Pages of the team: what people look for and whether they find it, and words that mean the same."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.errors import Invalid
from community.core.limits import limit_writes
from search import services
from search.figures import FIGURES, Period
from search.forms import SynonymsForm
from search.permissions import insight_check
from search.port import Unavailable
from search.selectors_insight import SPANS, insight_page, insight_rows, period_of, row_views
from search.selectors_synonyms import synonym_groups, synonyms_preview

WORDS_LENGTH = 200


@require_safe
def insight(request: Any) -> HttpResponse:
    """Show what people searched for, what suggestions did, and what found nothing. Raises: Denied."""
    insight_check(request.user)
    period = period_of(request.GET.get("from", ""), request.GET.get("to", ""))
    page = insight_page(site_id=request.site.pk, period=period)
    context = {"page": page, "query": _query(period), "spans": _spans(period), **_staff("insight")}
    return render(request, "search/insight.html", context)


@require_safe
def insight_list(request: Any, name: str) -> HttpResponse:
    """Show the rows behind a figure. Raises: Denied."""
    insight_check(request.user)
    if name not in FIGURES:
        raise Http404
    period = period_of(request.GET.get("from", ""), request.GET.get("to", ""))
    words = request.GET.get("words", "")[:WORDS_LENGTH].replace("\0", "")
    found = insight_rows(name, site_id=request.site.pk, period=period, words=words, after=request.GET.get("after", ""))
    more = {"after": found.older, **({"words": words} if words else {})}
    context = {
        "figure": FIGURES[name],
        "words": words,
        "period": period,
        "rows": row_views(found.rows, viewer=request.user),
        "query": _query(period),
        "older_url": f"?{_query(period)}&{urlencode(more)}" if found.older else "",
        **_staff("insight"),
    }
    return render(request, "search/insight_rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("search.synonyms", "120/h")
def synonyms(request: Any) -> HttpResponse:
    """Show, try and add words that mean the same. Raises: Denied, TooMany."""
    insight_check(request.user)
    if request.method != "POST":
        words = request.GET.get("words", "")[:WORDS_LENGTH]
        return _synonyms_page(request, SynonymsForm(initial={"words": f"{words}, " if words else ""}))
    form, group_id = SynonymsForm(request.POST), _number(request.POST.get("group", ""))
    if request.POST.get("act") == "preview" or not form.is_valid():
        return _synonyms_page(request, form, status=200 if form.is_valid() else 422)
    try:
        services.synonym_group_set(
            member=request.user, site=request.site, words=form.word_list(), group_id=group_id or None
        )
    except Invalid as refused:
        form.errors_add(refused.field, refused.reason)
        return _synonyms_page(request, form, status=422)
    messages.success(request, _("In use from now on."))
    return HttpResponseRedirect(reverse("search:synonyms"))


@require_POST
@limit_writes("search.synonyms", "120/h")
def synonyms_delete(request: Any, group_id: int) -> HttpResponse:
    """Remove a group. Raises: Denied, TooMany."""
    services.synonym_group_delete(member=request.user, site=request.site, group_id=group_id)
    messages.success(request, _("These words no longer find each other."))
    return HttpResponseRedirect(reverse("search:synonyms"))


def _synonyms_page(request: Any, form: SynonymsForm, *, status: int = 200) -> HttpResponse:
    previews, is_down = None, False
    if form.is_bound and status == 200:
        try:
            previews = synonyms_preview(form.word_list(), site_id=request.site.pk, language=request.LANGUAGE_CODE)
        except Unavailable:
            is_down = True
    context = {
        "form": form,
        "groups": synonym_groups(site_id=request.site.pk),
        "previews": previews,
        "is_down": is_down,
        **_staff("synonyms"),
    }
    return render(request, "search/synonyms.html", context, status=status)


def _staff(section: str) -> dict[str, str]:
    return {"section": "staff", "staff_section": section}


def _query(period: Period) -> str:
    return urlencode({"from": period.first.isoformat(), "to": period.last.isoformat()})


def _spans(period: Period) -> list[dict[str, Any]]:
    """Return the usual periods as chips."""
    today = timezone.now().date()
    spans = [Period(first=today - timedelta(days=days - 1), last=today) for days in SPANS]
    return [
        {
            "text": _("A year") if days > 300 else ngettext("%(n)d week", "%(n)d weeks", days // 7) % {"n": days // 7},
            "url": f"?{_query(span)}",
            "is_on": span == period,
        }
        for days, span in zip(SPANS, spans, strict=True)
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
