"""The topic page, and what is done to a topic."""

from typing import Any
from urllib.parse import unquote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from community.core.errors import Denied
from community.core.limits import limit_writes
from community.core.requests import PageRequest
from community.core.serving.page_cache import visitors_page
from community.core.showing import shows
from forums import selectors, services
from forums.forms import ReplyForm
from forums.models import TopicMember
from forums.presenting import Crumb, window_text
from forums.rates import PRESS_RATE, REPLY_RATE
from forums.views.composer import Composed, composer_act, draft_begun, kept_take, sent_lead, text_keep


@require_safe
def topic_by_id(request: PageRequest, topic_id: int) -> HttpResponse:
    """Send a short address to the full one. Raises: Http404."""
    page = selectors.topic_page(topic_id, site=request.site, viewer=request.user)
    return HttpResponseRedirect(page.url)


@require_safe
@visitors_page
def topic(request: PageRequest, topic_id: str, slug: str) -> HttpResponse:
    """Show the window of a topic that holds post `?post=`; remember it as read. Raises: Http404."""
    page = selectors.topic_page(
        int(topic_id), site=request.site, viewer=request.user, number=_number(request.GET.get("post"))
    )
    if not unquote(page.url).endswith(f"/{slug}/"):
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponseRedirect(f"{page.url}{query}")
    shows(request, "forums.topic", page.id, number=page.last_number)
    response = _page(request, page, _reply_begun(request, page))
    if page.signed_in and page.last_read < page.last_number and not request.headers.get("Sec-Purpose"):
        services.topic_read_to(member=request.user, topic_id=page.id, number=page.last_number)
    return response


@csrf_exempt  # nosemgrep: unsafe-exemption visitors have no cookie; members are checked below
@require_POST
def reply_create(request: PageRequest, topic_id: int) -> HttpResponse:
    """Reply; a visitor's text waits while they sign in. Raises: Http404, Denied."""
    if not request.user.is_authenticated:
        page = selectors.topic_page(topic_id, site=request.site, viewer=request.user)
        return text_keep(request, f"reply:{topic_id}", f"{page.url}#reply")
    return _reply(request, topic_id)


@csrf_protect
def _reply(request: PageRequest, topic_id: int) -> HttpResponse:
    page = selectors.topic_page(topic_id, site=request.site, viewer=request.user, number=_number("last"))
    if not page.may_reply:
        raise Denied(page.reply_denial)
    if request.POST.get("act") == "discard":
        services.draft_discard(member=request.user, context=f"reply:{topic_id}")
        return HttpResponseRedirect(f"{page.url}#reply")
    act = composer_act(
        request,
        ReplyForm,
        lambda form: services.reply_create(
            member=request.user,
            topic_id=topic_id,
            body=form.cleaned_data["body"],
            submission_key=form.cleaned_data["key"] or None,
        ),
        rate=REPLY_RATE,
    )
    if act.done is not None:
        return sent_lead(request, act.done)
    return _page(request, page, act)


@login_required
@require_POST
@limit_writes("forums.press", PRESS_RATE)
def same_problem_toggle(request: PageRequest, topic_id: int) -> HttpResponse:
    """Join those with the same problem, or leave them; for htmx the button again, else back to the topic."""
    page = selectors.topic_page(topic_id, site=request.site, viewer=request.user)
    services.same_problem_toggle(member=request.user, topic_id=topic_id, wanted=request.POST.get("on") == "1")
    if not request.htmx:
        return HttpResponseRedirect(page.url)
    page = selectors.topic_page(topic_id, site=request.site, viewer=request.user)
    return render(request, "forums/_post.html#same_problem", {"page": page})


@login_required
@require_POST
@limit_writes("forums.press", PRESS_RATE)
def topic_follow(request: PageRequest, topic_id: int) -> HttpResponse:
    """Set how closely the member follows the topic. Raises: Http404, Denied."""
    page = selectors.topic_page(topic_id, site=request.site, viewer=request.user)
    level = request.POST.get("level", "")
    if level not in {str(value) for value in TopicMember.Level.values}:
        raise Http404
    row = services.topic_follow(member=request.user, topic_id=topic_id, level=int(level))
    said = {
        TopicMember.Level.WATCHING: _("You watch this topic now."),
        TopicMember.Level.TRACKING: _("You track this topic now."),
        TopicMember.Level.NORMAL: _("You no longer follow this topic."),
        TopicMember.Level.MUTED: _("This topic is muted for you."),
    }
    messages.success(request, said[TopicMember.Level(row.level)])
    return HttpResponseRedirect(page.url)


@login_required
@require_POST
@limit_writes("forums.moderate", PRESS_RATE)
def question_escalate(request: PageRequest, topic_id: int) -> HttpResponse:
    """Hand a question to support. Raises: Http404, Denied."""
    page = selectors.topic_page(topic_id, site=request.site, viewer=request.user)
    services.question_escalate(member=request.user, topic_id=topic_id)
    messages.success(request, _("Handed to support: a case is on its way to the CRM."))
    return HttpResponseRedirect(page.url)


@login_required
@require_POST
@limit_writes("forums.moderate", PRESS_RATE)
def topic_close(request: PageRequest, topic_id: int) -> HttpResponse:
    """Close a topic to replies, or open it again. Raises: Http404, Denied."""
    page = selectors.topic_page(topic_id, site=request.site, viewer=request.user)
    if request.POST.get("close") == "1":
        services.topic_close(member=request.user, topic_id=topic_id)
        messages.success(request, _("Closed to replies."))
    else:
        services.topic_reopen(member=request.user, topic_id=topic_id)
        messages.success(request, _("Open again."))
    return HttpResponseRedirect(page.url)


def _number(text: str | None) -> int:
    """Return a post number out of an address; 1 for none, a number beyond the end for `last`."""
    if text == "last":
        return 10**9
    return int(text[:9]) if text and text.isascii() and text.isdigit() else 1


def _reply_begun(request: PageRequest, page: Any) -> Composed | None:
    """Return the reply form with the draft, what was written before signing in, and the post to quote; None without."""
    if not page.may_reply:
        return None
    context = f"reply:{page.id}"
    draft = draft_begun(request, context, kept_take(request, context))
    body = draft.body if draft else ""
    quoted = _number(request.GET.get("quote"))
    if quoted > 1:
        quotation = selectors.post_to_quote(quoted, viewer=request.user)
        body = f"{body.rstrip()}\n\n{quotation}".lstrip()
    if not body and draft is None:
        return None
    initial = {"body": body, "sequence": draft.sequence if draft else 0}
    return Composed(form=ReplyForm(initial=initial), context={"draft": draft})


def _page(request: PageRequest, page: Any, act: Composed | None) -> HttpResponse:
    shown = [page.question, page.answer, *page.posts]
    context = {
        "section": "questions",
        "page": page,
        "posts": page.posts,
        "shown": shown,
        "after": page.end_number,
        "at_end": not page.later_url,
        "crumbs": [Crumb(text=page.category, url=page.category_url)],
        "author_ids": sorted({post.author.id for post in shown if post and not post.is_stub}),
        "window_text": window_text(page),
        "form": act.form if act else None,
        "preview": act.preview if act else None,
        **(act.context if act else {}),
    }
    return render(request, "forums/topic.html", context, status=act.status if act else 200)
