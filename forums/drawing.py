"""A post as HTML, made once for everybody who sees the same of it and may do the same with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from community.core.fragments import Fragment, lasts_s, rendered
from community.core.permissions import allowed
from community.members.people import PersonCard
from forums.forms import ReplyForm, new_key
from forums.presenting import follow_context
from forums.selectors import PostView, TopicPage
from forums.states import Kind


@dataclass(frozen=True)
class Drawn:
    """The posts of a page as HTML, by id."""

    posts: dict[int, SafeString]
    rows: dict[int, SafeString]
    """Their places among the replies: themselves, or a line where one was removed or is shown above."""


@dataclass(frozen=True, kw_only=True)
class PostPlace:
    """What the HTML of a post takes from its topic: the question more than a reply."""

    id: int
    kind: str
    url: str
    signed_in: bool
    is_asker: bool
    may_reply: bool
    may_unaccept: bool
    answer: bool
    """An answer is accepted."""
    accepted_at: datetime | None = None
    same_problem: int = 0
    joined: bool = False
    may_join: bool = False


_POST = attrgetter(
    *(item.name for item in fields(PostView) if item.name != "author"),
    *(f"author.{item.name}" for item in fields(PersonCard)),
)
_PLACE = attrgetter(*(item.name for item in fields(PostPlace)))


def posts_drawn(
    request: HttpRequest,
    page: TopicPage,
    posts: Iterable[PostView | None],
    *,
    points: Mapping[int, int],
    first: int = 0,
) -> Drawn:
    """Return the HTML of posts.

    Args:
        page: a TopicPage.
        points: what authors have, by id.
        first: number of the post that takes the focus, 0 for none.
    Queries: 0.
    """
    every = {post.id: post for post in posts if post is not None}
    whole = [post for post in every.values() if not post.is_stub]
    lines = [post for post in every.values() if post.is_stub or post.is_above]
    now = timezone.now()
    plain = _place(page)
    parts = [_fragment(post, _place_of(post, page, plain), points.get(post.author.id, 0), first, now) for post in whole]
    parts += [_line(post, now) for post in lines]
    html = rendered(parts, request)
    drawn = {post.id: text for post, text in zip(whole, html, strict=False)}
    return Drawn(drawn, drawn | {post.id: text for post, text in zip(lines, html[len(whole) :], strict=True)})


def reply_drawn(request: HttpRequest, page: TopicPage) -> SafeString:
    """Return the form for a reply nobody has begun, a visitor's form, or why there is none. Queries: 0."""
    place = {
        "id": page.id,
        "may_reply": page.may_reply,
        "signed_in": page.signed_in,
        "reply_denial": page.reply_denial,
    }

    def context() -> dict[str, Any]:
        words = follow_context(page) if page.signed_in else {}
        return {"page": place, "form": ReplyForm() if page.may_reply else None, **words}

    seen = (place, page.level, page.level_reason)
    return rendered([Fragment("forums/_reply.html", context, seen)], request, submission_key=lambda _: new_key())[0]


def aside_drawn(request: HttpRequest, page: TopicPage) -> SafeString:
    """Return what stands beside a topic. Queries: 0."""
    context = {
        "id": page.id,
        "is_question": page.kind == Kind.QUESTION,
        "same_problem": page.same_problem,
        "posts": page.replies + 1,
        "read": page.last_read if page.last_read < page.end_number else 0,
        "people": [(person.name, person.id, person.avatar) for person in page.people],
        "related": [(other.url, other.title, other.state, other.replies) for other in page.related],
        "signed_in": page.signed_in,
        "level": page.level,
        "may_escalate": page.may_escalate,
        "may_close": page.may_close,
        "may_write_up": page.answer is not None and allowed("knowledge.article_create", request.user),
        "is_closed": page.closed_at is not None,
    }

    def whole() -> dict[str, Any]:
        return context | (follow_context(page) if page.signed_in else {})  # it follows from level and language

    return rendered([Fragment("forums/_aside.html", whole, seen=context)], request)[0]


def _line(post: PostView, now: datetime) -> Fragment:
    """A place among the replies; of a stub it tells number and moment, and nothing of the author."""
    author = post.author
    who = None if post.is_stub else {"id": author.id, "name": author.name, "avatar": author.avatar}
    line = {"is_stub": post.is_stub, "number": post.number, "created_at": post.created_at, "author": who}
    return Fragment("forums/_stub.html", {"post": line}, lasts_s=lasts_s(now - post.created_at))


def _fragment(post: PostView, place: PostPlace, points: int, first: int, now: datetime) -> Fragment:
    focused = post.number == first
    return Fragment(
        "forums/_post.html",
        {"post": post, "page": place, "points": {post.author.id: points}, "focused": focused},
        seen=(_POST(post), _PLACE(place), points, focused),
        lasts_s=lasts_s(now - max(post.created_at, place.accepted_at or post.created_at)),
    )


def _place_of(post: PostView, page: TopicPage, plain: PostPlace) -> PostPlace:
    """Return the place of a post: a plain reply's, or with what the question and the answer tell more."""
    if post.is_answer:
        return replace(plain, accepted_at=page.accepted_at)
    if post.number == 1:
        return replace(plain, same_problem=page.same_problem, joined=page.joined, may_join=page.may_join)
    return plain


def _place(page: TopicPage) -> PostPlace:
    """Return the place of a plain reply."""
    return PostPlace(
        id=page.id,
        kind=page.kind,
        url=page.url,
        signed_in=page.signed_in,
        is_asker=page.is_asker,
        may_reply=page.may_reply,
        may_unaccept=page.may_unaccept,
        answer=page.answer is not None,
    )
