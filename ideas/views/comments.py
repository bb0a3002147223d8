"""Commenting on an idea, and what is done to a comment."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core.errors import Denied, Invalid, TooMany
from community.core.limits import hit, limit_writes, who
from community.core.requests import PageRequest
from ideas import selectors, services
from ideas.forms import CommentForm
from ideas.rates import COMMENT_RATE, PRESS_RATE
from ideas.views.ideas import idea_answer
from ideas.views.sending import sent_lead


@require_safe
def comment(request: PageRequest, comment_id: int) -> HttpResponse:
    """Send a permalink to where the comment stands. Raises: Http404."""
    return HttpResponseRedirect(selectors.comment_url(comment_id, site=request.site, viewer=request.user))


@login_required
@require_POST
def comment_create(request: PageRequest, idea_id: int) -> HttpResponse:
    """Comment; a refusal stays beside the text. Raises: Http404, Denied."""
    page = selectors.idea_page(idea_id, site=request.site, viewer=request.user)
    if not page.may_comment:
        raise Denied(page.comment_denial)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return idea_answer(request, page, form, status=422)
    try:
        hit(f"ideas.comment:{who(request)}", COMMENT_RATE)
        made = services.comment_create(
            member=request.user,
            idea_id=idea_id,
            body=form.cleaned_data["body"],
            submission_key=form.cleaned_data["key"] or None,
        )
    except (Invalid, TooMany) as refused:
        form.errors_add(getattr(refused, "field", None), refused.reason)
        return idea_answer(request, page, form, status=422 if isinstance(refused, Invalid) else 429)
    return sent_lead(request, made)


@login_required
@require_POST
@limit_writes("ideas.press", PRESS_RATE)
def comment_delete(request: PageRequest, comment_id: int) -> HttpResponse:
    """Delete a comment; moderators can bring it back. Raises: Http404, Denied."""
    place = selectors.comment_url(comment_id, site=request.site, viewer=request.user)
    services.comment_delete(member=request.user, comment_id=comment_id)
    messages.success(request, _("Deleted."))
    return HttpResponseRedirect(place)


@login_required
@require_POST
@limit_writes("ideas.moderate", PRESS_RATE)
def comment_hide(request: PageRequest, comment_id: int) -> HttpResponse:
    """Take a comment out of sight. Raises: Http404, Denied."""
    place = selectors.comment_url(comment_id, site=request.site, viewer=request.user)
    services.comment_hide(member=request.user, comment_id=comment_id)
    messages.success(request, _("Hidden. Its author and moderators still see it."))
    return HttpResponseRedirect(place)


@login_required
@require_POST
@limit_writes("ideas.moderate", PRESS_RATE)
def comment_restore(request: PageRequest, comment_id: int) -> HttpResponse:
    """Bring a hidden, held or deleted comment back. Raises: Http404, Denied."""
    place = selectors.comment_url(comment_id, site=request.site, viewer=request.user)
    services.comment_restore(member=request.user, comment_id=comment_id)
    messages.success(request, _("Visible again."))
    return HttpResponseRedirect(place)
