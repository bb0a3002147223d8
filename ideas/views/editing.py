"""Changing an idea or a comment; whoever comes second sees both texts and what differs."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.core.differences import difference
from community.core.errors import EditConflict, Invalid, TooMany
from community.core.limits import hit, who
from community.core.requests import PageRequest
from ideas import selectors, services
from ideas.forms import CommentEditForm, IdeaEditForm
from ideas.models import Comment, Idea
from ideas.presenting import Link
from ideas.rates import EDIT_RATE


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def idea_edit(request: PageRequest, idea_id: int) -> HttpResponse:
    """Change the words of an idea. Raises: Http404, Denied."""
    source = selectors.idea_to_edit(idea_id, site=request.site, viewer=request.user)
    return _answer(
        request,
        source,
        IdeaEditForm,
        lambda values: services.idea_edit(
            member=request.user,
            idea_id=idea_id,
            title=values["title"],
            body=values["body"],
            edit_number=values["edit_number"],
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: PageRequest, comment_id: int) -> HttpResponse:
    """Change the text of a comment. Raises: Http404, Denied."""
    source = selectors.comment_to_edit(comment_id, site=request.site, viewer=request.user)
    return _answer(
        request,
        source,
        CommentEditForm,
        lambda values: services.comment_edit(
            member=request.user, comment_id=comment_id, body=values["body"], edit_number=values["edit_number"]
        ),
    )


def _answer(
    request: PageRequest, source: Any, make: type[CommentEditForm], save: Callable[[dict[str, Any]], Idea | Comment]
) -> HttpResponse:
    """Show the form, or save what it says; a refusal stays beside the text."""
    if request.method != "POST":
        initial = {"title": source.title, "body": source.body, "edit_number": source.edit_number}
        return _page(request, source, make(initial=initial))
    form = make(request.POST)
    if not form.is_valid():
        return _page(request, source, form, status=422)
    try:
        hit(f"ideas.edit:{who(request)}", EDIT_RATE)
        changed = save(form.cleaned_data)
    except EditConflict as conflict:
        return _page(request, source, make(_newer(request.POST, conflict)), status=409, conflict=conflict)
    except (Invalid, TooMany) as refused:
        form.errors_add(getattr(refused, "field", None), refused.reason)
        return _page(request, source, form, status=422 if isinstance(refused, Invalid) else 429)
    if changed.change_waits:
        messages.info(request, _("A moderator looks at your change first. Until then the old text stays."))
    else:
        messages.success(request, _("Saved."))
    if isinstance(changed, Idea):  # its address holds its words
        return HttpResponseRedirect(selectors.idea_url(changed))
    return HttpResponseRedirect(source.url)


def _newer(data: QueryDict, conflict: EditConflict) -> QueryDict:
    """Return the member's own words as an answer to the newer ones."""
    data = data.copy()
    data["edit_number"] = str(conflict.edit_number)
    return data


def _page(
    request: PageRequest, source: Any, form: CommentEditForm, *, status: int = 200, conflict: EditConflict | None = None
) -> HttpResponse:
    context = {
        "section": "ideas",
        "source": source,
        "form": form,
        "conflict": conflict,
        "between": _between(conflict, form) if conflict else None,
        "crumbs": [
            Link(text=_("Ideas"), url=reverse("ideas:idea_list")),
            Link(text=source.board, url=source.board_url),
            Link(text=source.idea_title, url=source.idea_url),
        ],
    }
    return render(request, "ideas/words_edit.html", context, status=status)


def _between(conflict: EditConflict, form: CommentEditForm) -> dict[str, Any]:
    """Return what lies between their words and the member's, of title and text."""
    mine = form.data.get("title", "")
    return {
        "title": difference(conflict.title, mine) if conflict.title != mine else [],
        "body": difference(conflict.theirs, conflict.mine) if conflict.theirs != conflict.mine else [],
    }
