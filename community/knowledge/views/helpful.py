"""“Was this helpful?”: two buttons, and for “No” why not. Visitors' pages carry no token, so the browser's word about
where a form comes from is asked for instead.
"""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from community.core.limits import client_ip, hit, who
from community.core.origins import origin_check
from community.core.requests import PageRequest
from community.knowledge import selectors, services
from community.knowledge.forms import ReasonForm
from community.knowledge.models import Article
from community.knowledge.presenting import ask_url
from community.knowledge.services import Reader
from community.knowledge.views.requests import members_only
from community.privacy.visitors import is_robot, visitor_key

SAY_RATE = "60/h"
EXPLAIN_RATE = "20/h"
TITLE_LENGTH = 200
SAID = ("yes", "no", "told")


@csrf_exempt  # nosemgrep: unsafe-exemption visitors have no cookie; the origin is checked
@require_POST
@members_only
def helpful_say(request: PageRequest, article_id: int) -> HttpResponse:
    """Take note whether an article helped. Raises: Http404, Denied, TooMany."""
    origin_check(request)
    hit(f"knowledge.helpful:{who(request)}", SAY_RATE)
    article = selectors.article_of(article_id, site=request.site, viewer=request.user)
    helped = request.POST.get("helped")
    if helped not in {"yes", "no"}:
        raise Http404
    if reader := _reader(request):
        services.helpful_say(article=article, reader=reader, helped=helped == "yes")
    if request.htmx:
        return render(request, "knowledge/helpful.html#answer", _context(article, helped))
    return HttpResponseRedirect(reverse("knowledge:helpful_said", args=[article_id, helped]))


@require_safe
@members_only
def helpful_said(request: PageRequest, article_id: int, said: str) -> HttpResponse:
    """Thank for the answer, and after a “No” ask why. Raises: Http404."""
    article = selectors.article_of(article_id, site=request.site, viewer=request.user)
    if said not in SAID:
        raise Http404
    return render(request, "knowledge/helpful.html", _context(article, said))


@csrf_exempt  # nosemgrep: unsafe-exemption visitors have no cookie; the origin is checked
@require_POST
@members_only
def helpful_explain(request: PageRequest, article_id: int) -> HttpResponse:
    """Take note why an article did not help; `act=ask` goes on to the ask form. Raises: Http404, Denied, TooMany."""
    origin_check(request)
    hit(f"knowledge.explain:{who(request)}", EXPLAIN_RATE)
    article = selectors.article_of(article_id, site=request.site, viewer=request.user)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "knowledge/helpful.html", {**_context(article, "no"), "form": form}, status=422)
    said = form.cleaned_data
    if reader := _reader(request):
        services.helpful_explain(article=article, reader=reader, reason=said["reason"], text=said["text"])
    if request.POST.get("act") == "ask":
        title = " ".join(said["text"].split())
        return HttpResponseRedirect(ask_url(article_id, title=title[:TITLE_LENGTH]))
    return HttpResponseRedirect(reverse("knowledge:helpful_said", args=[article_id, "told"]))


def _reader(request: PageRequest) -> Reader | None:
    """Return who says it; None for a robot, whose opinion is thanked for and dropped."""
    if request.user.is_authenticated:
        return Reader(viewer=request.user)
    user_agent = request.headers.get("User-Agent", "")
    if is_robot(user_agent):
        return None
    key = visitor_key("helpful", site_id=request.site.pk, address=client_ip(request), user_agent=user_agent)
    return Reader(viewer=request.user, visitor_key=key)


def _context(article: Article, said: str) -> dict[str, Any]:
    url = reverse(article.address, args=article.address_args)
    return {"section": "help", "article": article, "url": url, "said": said, "form": ReasonForm()}
