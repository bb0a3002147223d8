"""What every page with a composer does: preview, pictures without a script, drafts, and texts of visitors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from community.core.errors import Denied, Invalid, TooMany
from community.core.limits import hit, who
from community.core.origins import origin_check
from community.core.requests import PageRequest
from forums import selectors, services
from forums.forms import ReplyForm, tags_split
from forums.models import Post, Topic

KEPT = "forums.kept"
"""Where a visitor's text waits in the session while they sign in."""
KEPT_FIELDS = ("title", "body", "tags", "category", "language", "help")
STATUS = {Invalid: 422, TooMany: 429, Denied: 403}


@dataclass
class Composed:
    """A form with a text, after one press of any of its buttons."""

    form: ReplyForm
    preview: str | None = None
    """Cooked HTML to show below the text; None when nobody asked for it."""
    status: int = 200
    done: Any = None
    """What the service returned; None while the form is to be shown again."""
    context: Mapping[str, Any] = field(default_factory=dict)


def composer_act(
    request: PageRequest, make_form: Callable[[QueryDict], ReplyForm], send: Callable[[Any], Any], *, rate: str
) -> Composed:
    """Do what the pressed button says: `preview`, `attach` (a picture, without a script) or `post`.

    Refusals of services stay beside the text they are about, so nothing written is lost.
    """
    act = request.POST.get("act", "post")
    data = request.POST.copy()
    try:
        if act == "attach":
            _picture_attach(request, data)
        if act in ("preview", "attach"):
            html = services.text_preview(data.get("body", "")).html if act == "preview" else None
            return Composed(form=form_unjudged(make_form(data), data), preview=html)
        form = make_form(data)
        if not form.is_valid():
            return Composed(form=form, status=422)
        hit(f"forums.post:{who(request)}", rate)
        return Composed(form=form, done=send(form))
    except (Invalid, TooMany, Denied) as refused:
        form = make_form(data)
        form.is_valid()
        form.errors_add(getattr(refused, "field", None), refused.reason)
        return Composed(form=form, status=STATUS[type(refused)])


def sent_lead(request: PageRequest, post: Post | Topic) -> HttpResponse:
    """Lead to what was just sent; say to its author that it waits for review when it does."""
    topic, number = (post.topic, post.number) if isinstance(post, Post) else (post, 1)
    url, is_shown = selectors.sent_url(topic, number, viewer=request.user)
    if post.visibility == "held" and is_shown:
        messages.info(request, _("Thank you. A moderator looks at it before others see it; you can still change it."))
    elif post.visibility == "held":
        messages.info(request, _("Thank you. A moderator looks at it; then it appears here."))
    return HttpResponseRedirect(url)


def form_unjudged(form: ReplyForm, data: QueryDict) -> ReplyForm:
    """Show what was typed without judging it yet."""
    form.is_bound = False
    form.initial = {name: data.get(name, "") for name in form.fields}
    return form


def _picture_attach(request: PageRequest, data: QueryDict) -> None:
    """Store the chosen picture and put it at the end of the text. Raises: Invalid, TooMany, Denied."""
    file = request.FILES.get("picture")
    if file is None:
        raise Invalid(_("Choose a picture first."), field="body")
    try:
        stored = services.image_upload(member=request.user, file=file)
    except Invalid as refused:
        raise Invalid(refused.reason, field="body") from refused
    alt = " ".join("".join(c for c in data.get("picture_alt", "") if c not in "[]\\").split())
    data["body"] = f"{data.get('body', '').rstrip()}\n\n![{alt}]({stored.url})\n".lstrip()


def text_keep(request: PageRequest, context: str, next_url: str) -> HttpResponse:
    """Keep what a visitor wrote and let them sign in; `kept_take` finds it afterwards. Raises: Denied.

    The form carries no token, because a visitor's page has no cookie: the browser says where it comes from, and
    nothing but their own text is stored.
    """
    origin_check(request)
    hit(f"forums.keep:{who(request)}", "60/h")
    kept = {name: request.POST.get(name, "")[:40_000] for name in KEPT_FIELDS}
    request.session[KEPT] = {**kept, "context": context}
    query = QueryDict(mutable=True)
    query["next"] = next_url
    return HttpResponseRedirect(f"{reverse('account_login')}?{query.urlencode()}")


def kept_take(request: PageRequest, context: str) -> dict[str, str] | None:
    """Return what this member wrote in `context` before signing in, once."""
    kept = request.session.get(KEPT)
    if not isinstance(kept, dict) or kept.get("context") != context:
        return None
    del request.session[KEPT]
    return kept


def draft_begun(request: PageRequest, context: str, kept: Mapping[str, str] | None) -> Any:
    """Return the member's draft of this form, with what they wrote before signing in at its end. None without any."""
    draft = selectors.draft_of(request.user, context)
    if kept is None or not (kept["body"].strip() or kept["title"].strip()):
        return draft
    before = draft.body.rstrip() if draft else ""
    body = f"{before}\n\n{kept['body']}" if before and before != kept["body"].strip() else kept["body"]
    saved = services.draft_save(
        member=request.user,
        context=context,
        sequence=draft.sequence if draft else 0,
        title=kept["title"][:200] or (draft.title if draft else ""),
        body=body[:30_000],
        tags=tags_split(kept["tags"]),
    )
    return selectors.draft_view(saved)
