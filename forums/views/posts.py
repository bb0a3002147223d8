"""One post: its address, and what is done to it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.differences import Piece, difference
from community.core.errors import EditConflict
from community.core.limits import limit_writes
from community.core.requests import PageRequest
from forums import selectors, services
from forums.forms import PostEditForm, tags_joined
from forums.presenting import Crumb
from forums.quoting import words_quoted
from forums.rates import EDIT_RATE, PRESS_RATE
from forums.views.composer import Composed, composer_act


@dataclass(frozen=True, kw_only=True)
class ShownConflict:
    """Two texts of one post, and what lies between them."""

    theirs: str
    pieces: list[Piece]


@require_safe
def post(request: PageRequest, post_id: int) -> HttpResponse:
    """Send a permalink to where the post stands in its topic. Raises: Http404."""
    return HttpResponseRedirect(selectors.post_url(post_id, viewer=request.user))


@login_required
@require_POST
@limit_writes("forums.press", PRESS_RATE)
def helpful_toggle(request: PageRequest, post_id: int) -> HttpResponse:
    """Mark a post as helpful or take that back; for htmx the button again, else back to the post."""
    services.helpful_toggle(member=request.user, post_id=post_id, wanted=request.POST.get("on") == "1")
    if request.htmx:
        view = selectors.helpful_press(post_id, viewer=request.user)
        return render(request, "forums/_post.html#helpful", {"post": view, "page": {"signed_in": True}})
    return HttpResponseRedirect(selectors.post_url(post_id, viewer=request.user))


@login_required
@require_POST
@limit_writes("forums.press", PRESS_RATE)
def answer_accept(request: PageRequest, post_id: int) -> HttpResponse:
    """Accept a post as the answer, or take the acceptance back."""
    place = selectors.post_url(post_id, viewer=request.user)
    if request.POST.get("accept") == "1":
        services.answer_accept(member=request.user, post_id=post_id)
        messages.success(request, _("Marked as the answer."))
        return HttpResponseRedirect(place.partition("?")[0].partition("#")[0] + "#answer")
    services.answer_unaccept(member=request.user, topic_id=selectors.topic_id_of(post_id))
    messages.success(request, _("It is no longer the answer."))
    return HttpResponseRedirect(place)


@login_required
@require_safe
def post_quote(request: PageRequest, post_id: int) -> HttpResponse:
    """Return a post, or `?words=` that were selected in it, as a Markdown quotation."""
    text = selectors.post_to_quote(post_id, viewer=request.user)
    if words := request.GET.get("words", "").strip():
        text = words_quoted(text, words)
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: PageRequest, post_id: int) -> HttpResponse:
    """Change a post; whoever comes second sees both texts and what differs. Raises: Http404, Denied."""
    source = selectors.post_to_edit(post_id, viewer=request.user)
    first = source.number == 1
    if request.method != "POST":
        return _edit_page(request, source, _edit_begun(request, source))
    try:
        act = composer_act(
            request,
            lambda data: PostEditForm(data, first=first),
            lambda form: _edit_save(request, post_id, form),
            rate=EDIT_RATE,
        )
    except EditConflict as conflict:
        return _edit_page(request, source, _edit_again(request, conflict, first=first), conflict=conflict)
    if act.done is not None:
        if act.done.change_waits:
            messages.info(request, _("A moderator looks at your change first. Until then the old text stays."))
        return HttpResponseRedirect(selectors.post_url(post_id, viewer=request.user))
    return _edit_page(request, source, act)


def _edit_save(request: PageRequest, post_id: int, form: PostEditForm) -> Any:
    return services.post_edit(
        member=request.user,
        post_id=post_id,
        body=form.cleaned_data["body"],
        edit_number=form.cleaned_data["edit_number"],
        title=form.cleaned_data.get("title"),
        tags=form.tag_names(),
    )


def _edit_begun(request: PageRequest, source: Any) -> Composed:
    """Return the form of a post as it stands, or of the member's draft; a draft of an older text is a conflict."""
    draft = selectors.draft_of(request.user, f"edit:{source.id}")
    waiting = selectors.change_waiting(source, viewer=request.user)
    initial = {
        "body": draft.body if draft else waiting.get("body", source.raw),
        "edit_number": source.edit_number,
        "sequence": draft.sequence if draft else 0,
        "title": (draft.title if draft else "") or waiting.get("title", source.topic_title),
        "tags": tags_joined((draft.tags if draft else ()) or waiting.get("tags", source.tags)),
    }
    context: dict[str, Any] = {"draft": draft}
    if draft and draft.base != source.edit_number and draft.body != source.raw:
        context["conflict"] = _conflict_shown(source.raw, draft.body)
    return Composed(form=PostEditForm(initial=initial, first=source.number == 1), context=context)


def _conflict_shown(theirs: str, mine: str) -> ShownConflict:
    return ShownConflict(theirs=theirs, pieces=difference(theirs, mine))


def _edit_again(request: PageRequest, conflict: EditConflict, *, first: bool) -> Composed:
    """Return the member's own text in a form that knows the newer one."""
    data: QueryDict = request.POST.copy()
    data["edit_number"] = str(conflict.edit_number)
    return Composed(form=PostEditForm(data, first=first), status=409)


def _edit_page(
    request: PageRequest, source: Any, act: Composed, *, conflict: EditConflict | None = None
) -> HttpResponse:
    context = {
        "post": source,
        "form": act.form,
        "preview": act.preview,
        "conflict": _conflict_shown(conflict.theirs, conflict.mine) if conflict else None,
        "draft": None,
        "crumbs": _crumbs(source),
        **act.context,
    }
    return render(request, "forums/post_edit.html", context, status=act.status)


@require_safe
def post_history(request: PageRequest, post_id: int) -> HttpResponse:
    """Show every change of a post, word by word, newest first. Raises: Http404, Denied."""
    history = selectors.post_history(post_id, viewer=request.user)
    changes = [
        {
            "editor": change.editor,
            "at": change.at,
            "pieces": difference(change.before, change.after) if change.before != change.after else [],
            "title_pieces": difference(change.title_before, change.title_after)
            if change.title_before != change.title_after
            else [],
        }
        for change in history.changes
    ]
    context = {"post": history.post, "changes": changes, "crumbs": _crumbs(history.post)}
    return render(request, "forums/post_history.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("forums.delete", EDIT_RATE)
def post_delete(request: PageRequest, post_id: int) -> HttpResponse:
    """Ask, then delete a post; with number 1 its topic. Raises: Http404, Denied."""
    source = selectors.post_to_delete(post_id, viewer=request.user)
    if request.method != "POST":
        html = services.text_preview(source.raw).html
        return render(request, "forums/post_delete.html", {"post": source, "html": html, "crumbs": _crumbs(source)})
    services.post_delete(member=request.user, post_id=post_id)
    messages.success(request, _("Deleted."))
    return HttpResponseRedirect(source.category_url if source.number == 1 else source.url)


@login_required
@require_POST
@limit_writes("forums.moderate", PRESS_RATE)
def post_hide(request: PageRequest, post_id: int) -> HttpResponse:
    """Take a post out of sight. Raises: Http404, Denied."""
    place = selectors.post_url(post_id, viewer=request.user)
    services.post_hide(member=request.user, post_id=post_id)
    messages.success(request, _("Hidden. Its author and moderators still see it."))
    return HttpResponseRedirect(place)


@login_required
@require_POST
@limit_writes("forums.moderate", PRESS_RATE)
def post_restore(request: PageRequest, post_id: int) -> HttpResponse:
    """Bring a hidden or deleted post back. Raises: Http404, Denied."""
    place = selectors.post_url(post_id, viewer=request.user)
    services.post_restore(member=request.user, post_id=post_id)
    messages.success(request, _("Visible again."))
    return HttpResponseRedirect(place)


def _crumbs(source: Any) -> list[Crumb]:
    return [Crumb(text=source.category, url=source.category_url), Crumb(text=source.topic_title, url=source.url)]
