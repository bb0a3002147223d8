"""Asking, drafts, and what a composer asks the server for."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.errors import Denied, Invalid
from community.core.limits import hit, limit_writes, who
from community.core.origins import origin_check
from community.core.permissions import denial
from community.core.requests import PageRequest
from forums import selectors, services
from forums.errors import DraftConflict
from forums.forms import AskForm, tags_joined, tags_split
from forums.presenting import Crumb, ask_limits
from forums.rates import ASK_RATE
from forums.views.composer import (
    Composed,
    composer_act,
    draft_begun,
    form_unjudged,
    kept_take,
    sent_lead,
    text_keep,
)


@csrf_exempt  # nosemgrep: unsafe-exemption visitors have no cookie; members are checked below
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PageRequest) -> HttpResponse:
    """Ask a question or start a discussion; a visitor's text waits while they sign in."""
    if request.method == "POST" and not request.user.is_authenticated:
        if request.POST.get("act") == "similar":
            return _ask_similar(request, selectors.ask_page(site=request.site, viewer=request.user))
        return text_keep(request, "ask", reverse("forums:ask"))
    return _ask(request)


@csrf_protect
def _ask(request: PageRequest) -> HttpResponse:
    slug = request.POST.get("category") or request.GET.get("category", "")
    page = selectors.ask_page(site=request.site, viewer=request.user, slug=slug)
    if request.method != "POST":
        return _ask_page(request, page, _ask_begun(request, page))
    if request.POST.get("act") == "discard":
        services.draft_discard(member=request.user, context="ask")
        return HttpResponseRedirect(reverse("forums:ask"))
    if request.POST.get("act") == "similar":
        return _ask_similar(request, page)
    act = composer_act(
        request,
        lambda data: AskForm(data, categories=page.categories),
        lambda form: _ask_send(request, form),
        rate=ASK_RATE,
    )
    if act.done is not None:
        return sent_lead(request, act.done)
    return _ask_page(request, page, act)


def _ask_similar(request: PageRequest, page: Any) -> HttpResponse:
    """Show the form again with what was typed and topics like it: the way without a script. Nothing typed is lost."""
    origin_check(request)
    hit(f"forums.similar:{who(request)}", "120/h")
    data = request.POST.copy()
    if request.user.is_authenticated:
        data["sequence"] = str(_draft_keep(request, data))
    form = form_unjudged(AskForm(data, categories=page.categories), data)
    return _ask_page(request, page, Composed(form=form, context={"look": True}))


def _draft_keep(request: PageRequest, data: QueryDict) -> int:
    """Save what was typed, so that it is there again wherever a suggestion leads; return the draft's sequence."""
    seen = _digits(data.get("sequence", ""))
    try:
        draft = services.draft_save(
            member=request.user,
            context="ask",
            sequence=seen,
            title=data.get("title", ""),
            body=data.get("body", ""),
            tags=tags_split(data.get("tags", "")),
        )
    except (DraftConflict, Invalid, Denied):
        return seen  # another window wrote, or it cannot be kept: the page still shows the text
    return draft.sequence


def _ask_send(request: PageRequest, form: AskForm) -> Any:
    values = form.cleaned_data
    category = selectors.category_for_asking(values["category"], site=request.site, viewer=request.user)
    begin = services.topic_start if category.kind == "discussion" else services.topic_ask
    return begin(
        member=request.user,
        category=category,
        title=values["title"],
        body=values["body"],
        tags=form.tag_names(),
        language=values["language"],
        submission_key=values["key"] or None,
        draft_context="ask",
        help_id=_digits(request.POST.get("help", ""), most=19),
    )


def _ask_begun(request: PageRequest, page: Any) -> Composed:
    """Return the form with the draft, what was written before signing in, or the category's template."""
    kept = kept_take(request, "ask") if request.user.is_authenticated else None
    draft = draft_begun(request, "ask", kept)
    about = "" if kept else request.GET.get("about", "")
    pointer = selectors.pointer_to(about, site=request.site, viewer=request.user)
    body = draft.body if draft else page.template
    chosen = page.category.slug if page.category else (kept or {}).get("category", "")
    initial = {
        "category": chosen or _category_in(request.LANGUAGE_CODE, page.categories),
        "title": (draft.title if draft else "") or request.GET.get("title", "")[:200],
        "body": body if pointer.strip() in body else f"{pointer}{body}",
        "tags": tags_joined(draft.tags) if draft else "",
        "language": (kept or {}).get("language") or getattr(request, "LANGUAGE_CODE", "en"),
        "sequence": draft.sequence if draft else 0,
    }
    context = {"draft": draft, "help": (kept or {}).get("help", "")}
    return Composed(form=AskForm(initial=initial, categories=page.categories), context=context)


def _category_in(language: str, categories: list[Any]) -> str:
    """Return the first category in the reader's language, else the first of all; empty where there is none."""
    spoken = [category.slug for category in categories if category.language == language]
    return next(iter([*spoken, *(category.slug for category in categories)]), "")


def _ask_page(request: PageRequest, page: Any, act: Composed) -> HttpResponse:
    crumbs = [Crumb(text=page.category.name, url=page.category.url)] if page.category else []
    context = {
        "section": "ask",
        "page": page,
        "form": act.form,
        "preview": act.preview,
        "limits": ask_limits(ASK_RATE),
        "crumbs": crumbs,
        "refusal": _refusal(request, page),
        "look": False,
        **act.context,
    }
    return render(request, "forums/ask.html", context, status=act.status)


def _refusal(request: PageRequest, page: Any) -> str:
    """Return why this member may not ask at all, before they have written anything."""
    if page.categories or not request.user.is_authenticated:
        return ""
    refused = denial("forums.upload_create", request.user)
    return str(refused.reason) if refused else _("There is no category you may write in yet.")


@login_required
@require_POST
@limit_writes("forums.preview", "600/h")
def preview(request: PageRequest) -> HttpResponse:
    """Return what a text will look like, cooked as it would be stored. A fragment."""
    try:
        html = services.text_preview(request.POST.get("body", "")).html
    except Invalid as refused:
        return render(request, "forums/_preview.html", {"reason": refused.reason}, status=422)
    return render(request, "forums/_preview.html", {"html": html})


@login_required
@require_POST
@limit_writes("forums.upload", "60/h")
def upload_create(request: PageRequest) -> JsonResponse:
    """Store a picture. Answers 201 `{url, width, height}`, or 4xx `{reason}`."""
    file = request.FILES.get("image")
    if file is None:
        return JsonResponse({"reason": _("Choose a picture first.")}, status=422)
    try:
        stored = services.image_upload(member=request.user, file=file)
    except (Invalid, Denied) as refused:
        return JsonResponse({"reason": str(refused.reason)}, status=422 if isinstance(refused, Invalid) else 403)
    return JsonResponse({"url": stored.url, "width": stored.width, "height": stored.height}, status=201)


@login_required
@require_safe
def mention_list(request: PageRequest) -> JsonResponse:
    """Return up to eight members whose name or handle begins with `?q=`: `{members: [{handle, name}]}`."""
    found = selectors.members_starting(request.GET.get("q", ""))
    return JsonResponse({"members": [{"handle": handle, "name": name} for handle, name in found]})


@login_required
@require_safe
def draft_list(request: PageRequest) -> HttpResponse:
    """Show what the member began and has not sent."""
    return render(request, "forums/draft_list.html", {"drafts": selectors.drafts_of(request.user)})


@login_required
@require_POST
@limit_writes("forums.draft", "1200/h")
def draft_save(request: PageRequest) -> JsonResponse:
    """Save what is typed. Answers `{sequence, notice}`, or 409 with the text another window saved."""
    seen, base = (_digits(request.POST.get(name, "")) for name in ("sequence", "base"))
    try:
        draft = services.draft_save(
            member=request.user,
            context=request.POST.get("context", ""),
            sequence=seen,
            base=base,
            title=request.POST.get("title", ""),
            body=request.POST.get("body", ""),
            tags=tags_split(request.POST.get("tags", "")),
        )
    except DraftConflict as conflict:
        other = conflict.current
        text = {"sequence": other.sequence, "title": other.title, "body": other.body} if other else {}
        return JsonResponse(
            {"sequence": 0, "title": "", "body": "", "reason": str(conflict.reason), **text}, status=409
        )
    except (Invalid, Denied) as refused:
        return JsonResponse({"reason": str(refused.reason)}, status=422)
    at = date_format(timezone.localtime(draft.updated_at), "TIME_FORMAT")
    return JsonResponse({"sequence": draft.sequence, "notice": _("Draft saved at %(time)s") % {"time": at}})


@login_required
@require_POST
@limit_writes("forums.draft", "1200/h")
def draft_discard(request: PageRequest) -> HttpResponse:
    """Throw a draft away and go back to the list."""
    services.draft_discard(member=request.user, context=request.POST.get("context", "")[:80])
    messages.success(request, _("Draft discarded."))
    return HttpResponseRedirect(reverse("forums:draft_list"))


def _digits(text: str, *, most: int = 9) -> int:
    """Return a number out of a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most else 0
