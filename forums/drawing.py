"""A post as HTML, made once for everybody who sees the same of it and may do the same with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from community.core.fragments import Fragment, lasts_s, rendered
from community.core.permissions import allowed
from community.members.people import PersonCard
from forums.presenting import follow_context
from forums.selectors import PostView, TopicPage
from forums.states import Kind

TEMPLATE = "forums/_post.html"


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
) -> dict[int, SafeString]:
    """Return the HTML of each post that is no stub, by its id.

    Args:
        page: a TopicPage.
        points: what authors have, by id.
        first: number of the post that takes the focus, 0 for none.
    Queries: 0.
    """
    shown = {post.id: post for post in posts if post is not None and not post.is_stub}
    now = timezone.now()
    parts = [_fragment(post, _place(page, post), points.get(post.author.id, 0), first, now) for post in shown.values()]
    return dict(zip(shown, rendered(parts, request), strict=True))


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
    words = follow_context(page) if page.signed_in else {}  # they follow from level and language
    return rendered([Fragment("forums/_aside.html", {**context, **words}, seen=context)], request)[0]


def _fragment(post: PostView, place: PostPlace, points: int, first: int, now: datetime) -> Fragment:
    focused = post.number == first
    return Fragment(
        TEMPLATE,
        {"post": post, "page": place, "points": {post.author.id: points}, "focused": focused},
        seen=(_POST(post), _PLACE(place), points, focused),
        lasts_s=lasts_s(now - max(post.created_at, place.accepted_at or post.created_at)),
    )


def _place(page: TopicPage, post: PostView) -> PostPlace:
    more: dict[str, Any] = {}
    if post.is_answer:
        more = {"accepted_at": page.accepted_at}
    elif post.number == 1:
        more = {"same_problem": page.same_problem, "joined": page.joined, "may_join": page.may_join}
    return PostPlace(
        id=page.id,
        kind=page.kind,
        url=page.url,
        signed_in=page.signed_in,
        is_asker=page.is_asker,
        may_reply=page.may_reply,
        may_unaccept=page.may_unaccept,
        answer=page.answer is not None,
        **more,
    )
