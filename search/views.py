"""Searching: the results page, the box that finds while one types, and what happened to what was shown."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from community.core.errors import TooMany
from community.core.limits import hit, who
from community.core.origins import origin_check
from search.models import Surface
from search.params import params_of
from search.port import Unavailable
from search.rates import SEARCH_RATE
from search.selectors_found import cards_of, key_of, may_find, path_in
from search.selectors_instant import instant
from search.selectors_results import results_page
from search.selectors_similar import similar_topics
from search.services_asking import help_answered
from search.services_events import opened_log, query_log, suggestions_log
from search.visiting import help_key_keep, number_of, person_of_request

INSTANT_RATE = "240/m"
OPENED_RATE = "240/h"
ANSWERED_RATE = "30/h"
MIN_LENGTH = 2
LOGGED_RATE = "600/h"
"""What one person's lookups may add to the event table; beyond it they are answered and not logged."""


@never_cache
@require_safe
def results(request: Any) -> HttpResponse:
    """Show what the words of the address find; without words, only the box."""
    params = params_of(request.GET)
    context: dict[str, Any] = {"section": "search", "params": params}
    if not params.text:
        return render(request, "search/results.html", context)
    hit(f"search.results:{who(request)}", SEARCH_RATE)
    here = reverse("search:results")
    try:
        page = results_page(params, site=request.site, viewer=request.user, language=request.LANGUAGE_CODE, here=here)
    except Unavailable:
        return render(request, "search/results.html", {**context, "down": True}, status=503)
    key = _logged(
        request,
        words=params.text,
        surface=Surface.NARROWED if params.is_narrowed else Surface.PAGE,
        total=page.total,
        shown=[(row.kind, row.id) for row in page.rows],
        first=page.first,
    )
    return render(request, "search/results.html", {**context, "page": page, "key": key})


@never_cache
@require_safe
def instant_list(request: Any) -> HttpResponse:
    """Return what begins like `?q=`, by kind. A fragment for the search box."""
    text = params_of(request.GET).text
    hit(f"search.instant:{who(request)}", INSTANT_RATE)
    context: dict[str, Any] = {"list": _list_id(request.GET.get("list", "")), "text": text}
    if len(text) < MIN_LENGTH:
        return render(request, "search/instant.html", {**context, "text": ""})
    found = instant(text, viewer=request.user, site=request.site, language=request.LANGUAGE_CODE)
    shown = [(row.kind, row.id) for group in found.groups for row in group.rows]
    key = _logged(request, words=text, surface=Surface.INSTANT, total=len(shown), shown=shown)
    context |= {"groups": found.groups, "total": len(shown), "down": not found.is_available, "key": key}
    return render(request, "search/instant.html", context)


@csrf_exempt  # nosemgrep: unsafe-exemption visitors have no cookie; the origin is checked
@require_POST
def similar_list(request: Any) -> HttpResponse:
    """Return what is like the text of an ask form. A fragment."""
    origin_check(request)
    hit(f"search.similar:{who(request)}", LOGGED_RATE)
    key = number_of(request.POST.get("help", ""))
    found = similar_topics(
        title=request.POST.get("title", ""),
        body=request.POST.get("body", ""),
        viewer=request.user,
        site=request.site,
        language=request.LANGUAGE_CODE,
    )
    if key and found.is_telling:
        help_key_keep(request, key)
        suggestions_log(person=person_of_request(request), key=key, shown=found.things)
    return render(request, "search/similar_rows.html", {"found": found, "help_key": key})


@csrf_exempt  # nosemgrep: unsafe-exemption a browser's beacon carries no token; the origin is checked
@require_POST
def opened(request: Any) -> HttpResponse:
    """Take note that a result or a suggestion was opened; the link itself goes straight to its page. Answers 204."""
    origin_check(request)
    hit(f"search.opened:{who(request)}", OPENED_RATE)
    thing, key = key_of(request.POST.get("thing", "")), number_of(request.POST.get("key", ""))
    if thing and key:
        opened_log(person=person_of_request(request), key=key, thing=thing)
    return HttpResponse(status=204)


@csrf_exempt  # nosemgrep: unsafe-exemption visitors have no cookie; the origin is checked
@require_POST
def answered(request: Any) -> HttpResponse:
    """Take note that a suggestion answered the question before it was sent. Raises: Invalid, TooMany, Denied."""
    origin_check(request)
    hit(f"search.answered:{who(request)}", ANSWERED_RATE)
    name, _space, key = request.POST.get("source", "").partition(" ")
    source = key_of(name)
    if source is None or not may_find(source, request.user):
        raise Http404
    person = person_of_request(request)
    if person is not None:
        help_answered(person=person, viewer=request.user, key=number_of(key), source=source)
    return HttpResponseRedirect(reverse("search:answered_thanks", args=[name]))


@require_safe
def answered_thanks(request: Any, thing: str) -> HttpResponse:
    """Thank somebody whose question was answered before they sent it, and lead to the answer."""
    key = key_of(thing)
    card = cards_of([key]).get(key) if key and may_find(key, request.user) else None
    if card is None:
        raise Http404
    context = {"card": card, "url": path_in(card.url, request.LANGUAGE_CODE)}
    return render(request, "search/answered.html", context)


def _logged(request: Any, **lookup: Any) -> int:
    """Log a lookup; return its key, 0 where none is kept: of robots, and of whoever asks too often."""
    try:
        hit(f"search.logged:{who(request)}", LOGGED_RATE)
    except TooMany:
        return 0
    return query_log(person=person_of_request(request), **lookup)


def _list_id(text: str) -> str:
    """Return the id of the listbox that asks, which its options' ids begin with; a plain word for anything else."""
    plain = text.isascii() and text.replace("-", "").isalnum() and len(text) < 40
    return text if plain else "found"
