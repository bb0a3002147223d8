"""Sharing an idea, with those like it in view."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.core.errors import Denied, Invalid, TooMany
from community.core.limits import hit, limit_writes, who
from community.core.requests import PageRequest
from ideas import selectors, services
from ideas.forms import IdeaForm
from ideas.models import Visibility
from ideas.presenting import Link
from ideas.rates import SHARE_RATE
from ideas.views.sending import sent_lead

SIMILAR_RATE = "600/h"
STATUS = {Invalid: 422, TooMany: 429, Denied: 403}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def idea_share(request: PageRequest) -> HttpResponse:
    """Share an idea, look for those like it, or vote for one of them instead. Raises: Http404."""
    slug = request.POST.get("board") or request.GET.get("board", "")
    page = selectors.share_page(site=request.site, viewer=request.user, slug=slug)
    if request.method != "POST":
        initial = {"title": request.GET.get("title", ""), "board": page.board.slug if page.board else ""}
        return _page(request, page, IdeaForm(initial=initial, boards=page.boards))
    form = IdeaForm(request.POST, boards=page.boards)
    if request.POST.get("act") == "similar":
        return _page(request, page, _unjudged(form))
    try:
        if instead := request.POST.get("instead", ""):
            return _instead(request, instead)
        if not form.is_valid():
            return _page(request, page, form, status=422)
        return _send(request, form)
    except (Invalid, TooMany, Denied) as refused:
        form.is_valid()
        form.errors_add(getattr(refused, "field", None), refused.reason)
        return _page(request, page, form, status=STATUS[type(refused)])


def _send(request: PageRequest, form: IdeaForm) -> HttpResponse:
    hit(f"ideas.share:{who(request)}", SHARE_RATE)
    values = form.cleaned_data
    idea = services.idea_share(
        member=request.user,
        board=selectors.board_for_sharing(values["board"], site=request.site, viewer=request.user),
        title=values["title"],
        body=values["body"],
        submission_key=values["key"] or None,
    )
    return sent_lead(request, idea)


def _instead(request: PageRequest, idea_id: str) -> HttpResponse:
    hit(f"ideas.comment:{who(request)}", SHARE_RATE)
    found = selectors.idea_for(_digits(idea_id), site=request.site, viewer=request.user)
    comment = services.vote_instead(
        member=request.user,
        idea_id=found.pk,
        title=request.POST.get("title", ""),
        body=request.POST.get("body", ""),
        submission_key=request.POST.get("key", "")[:64] or None,
    )
    if comment is None or comment.visibility != Visibility.HELD:
        messages.success(request, _("Your vote counts here, and your text is a comment."))
        return HttpResponseRedirect(f"{selectors.idea_url(found)}#comments")
    messages.success(request, _("Your vote counts here."))
    return sent_lead(request, comment)


@login_required
@require_POST
@limit_writes("ideas.similar", SIMILAR_RATE)
def similar_list(request: PageRequest) -> HttpResponse:
    """Return ideas like what is being written. A fragment."""
    return render(request, "ideas/_similar.html", {"similar": _similar(request, request.POST), "asked": True})


def _similar(request: PageRequest, data: Any) -> list[Any]:
    return selectors.similar_ideas(
        title=data.get("title", ""),
        text=data.get("body", ""),
        site=request.site,
        viewer=request.user,
        language=request.LANGUAGE_CODE,
    )


def _page(request: PageRequest, page: Any, form: IdeaForm, *, status: int = 200) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    context = {
        "section": "ideas",
        "page": page,
        "form": form,
        "similar": _similar(request, data),
        "asked": bool(data.get("title")),
        "crumbs": [Link(text=_("Ideas"), url=reverse("ideas:idea_list"))],
    }
    return render(request, "ideas/idea_share.html", context, status=status)


def _unjudged(form: IdeaForm) -> IdeaForm:
    """Show what was typed without judging it yet."""
    form.is_bound = False
    form.initial = {name: form.data.get(name, "") for name in form.fields}
    return form


def _digits(text: str) -> int:
    """Return a number out of a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
