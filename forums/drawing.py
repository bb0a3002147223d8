"""A post as HTML, made once for everybody who sees the same of it and may do the same with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from community.core.fragments import Fragment, lasts_s, rendered
from community.members.people import PersonCard
from forums.forms import ReplyForm, new_key
from forums.presenting import Crumb, follow_context
from forums.selectors import PostView, TopicPage
from forums.states import Kind


@dataclass(frozen=True)
class Drawn:
    """The posts of a page as HTML, by id."""

    posts: dict[int, SafeString]
    rows: dict[int, SafeString]
    """Their places among the replies: themselves, or a line where one was removed or is shown above."""
    around: dict[str, SafeString]
    """What stands around them, by the names `topic_around` gives."""


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
    around: Mapping[str, Fragment] | None = None,
) -> Drawn:
    """Return the HTML of posts.

    Args:
        page: a TopicPage.
        points: what authors have, by id.
        first: number of the post that takes the focus, 0 for none.
        around: more to draw with them.
    Queries: 0.
    """
    every = {post.id: post for post in posts if post is not None}
    whole = [post for post in every.values() if not post.is_stub]
    lines = [post for post in every.values() if post.is_stub or post.is_above]
    now = timezone.now()
    plain = _place(page)
    parts = [_fragment(post, _place_of(post, page, plain), points.get(post.author.id, 0), first, now) for post in whole]
    parts += [_line(post, now) for post in lines]
    around = around or {}
    html = iter(rendered([*parts, *around.values()], request, submission_key=lambda _: new_key()))
    drawn = {post.id: next(html) for post in whole}
    return Drawn(drawn, drawn | {post.id: next(html) for post in lines}, dict(zip(around, html, strict=True)))


def topic_around(
    page: TopicPage, *, crumbs: Sequence[Crumb], window_text: str, after: int, at_end: bool, may_write_up: bool
) -> dict[str, Fragment]:
    """Return `crumbs`, `head`, `bar`, `fresh`, `reply` and `aside` of a topic. Queries: 0.

    Args:
        after: number of the last post there is; newer ones are fresh.
        at_end: they would stand in this window.
    """
    bar = ("replies", "first_unread", "first_unread_url", "earlier_url", "url")
    facts = {"page": {name: getattr(page, name) for name in bar}, "window_text": window_text}
    fresh = {"page": {"id": page.id}, "after": after, "at_end": at_end}
    return {
        "crumbs": Fragment("components/crumbs.html", {"crumbs": crumbs}),
        "head": _head(page),
        "bar": Fragment("forums/_topic_bar.html", facts),
        "fresh": Fragment("forums/topic.html#fresh", fresh),
        "reply": _reply(page),
        "aside": _aside(page, may_write_up=may_write_up),
    }


def _head(page: TopicPage) -> Fragment:
    names = ("title", "language", "state", "kind", "asked_at", "closed_at", "tags", "cases")
    context = {"page": {name: getattr(page, name) for name in names}}
    newest = max([page.asked_at, *(case.as_of for case in page.cases)])
    return Fragment("forums/_topic_head.html", context, lasts_s=lasts_s(timezone.now() - newest))


def _reply(page: TopicPage) -> Fragment:
    """The form for a reply nobody has begun, a visitor's form, or why there is none."""
    names = ("id", "may_reply", "signed_in", "reply_denial")
    place = {name: getattr(page, name) for name in names}

    def context() -> dict[str, Any]:
        words = follow_context(page) if page.signed_in else {}
        return {"page": place, "form": ReplyForm() if page.may_reply else None, **words}

    return Fragment("forums/_reply.html", context, (place, page.level, page.level_reason))


def _aside(page: TopicPage, *, may_write_up: bool) -> Fragment:
    """What stands beside a topic."""
    facts = {
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
        "may_write_up": page.answer is not None and may_write_up,
        "is_closed": page.closed_at is not None,
    }

    def context() -> dict[str, Any]:
        return facts | (follow_context(page) if page.signed_in else {})  # it follows from level and language

    return Fragment("forums/_aside.html", context, facts)


def _line(post: PostView, now: datetime) -> Fragment:
    """A place among the replies; of a stub it tells number and moment, and nothing of the author."""
    author = post.author
    who = None if post.is_stub else {"id": author.id, "name": author.name, "avatar": author.avatar}
    line = {"is_stub": post.is_stub, "number": post.number, "created_at": post.created_at, "author": who}
    return Fragment("forums/_stub.html", {"post": line}, lasts_s=lasts_s(now - post.created_at))


def _fragment(post: PostView, place: PostPlace, points: int, first: int, now: datetime) -> Fragment:
    focused = post.number == first

    def context() -> dict[str, Any]:
        """As dictionaries: a template asks things for their items first, and each refusal is an exception."""
        shown = vars(post) | {"author": vars(post.author)}
        anchor = "answer" if post.is_answer else f"post-{post.number}"
        points_of = {post.author.id: points}
        return {"post": shown, "page": vars(place), "points": points_of, "focused": focused, "anchor": anchor}

    return Fragment(
        "forums/_post.html",
        context,
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
