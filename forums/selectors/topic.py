"""The page of a topic: its question, the accepted answer, one window of replies, what the viewer may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from wagtail.models import Site

from community.activity.screening import changes_held
from community.core.permissions import allowed, denial
from community.members.models import Member
from community.members.people import PersonCard, person_card
from community.members.permissions import is_staff_member
from forums.audience import sees
from forums.models import Post, Topic, TopicCase, TopicMember, Visibility
from forums.selectors.related import RelatedTopic, related_topics
from forums.selectors.rows import (
    WINDOW,
    TagLink,
    category_url,
    post_path,
    tag_links,
    topic_url,
)
from forums.selectors.topic_rows import posts_read, topic_read

_MAY = {
    "edit": "forums.post_edit",
    "delete": "forums.post_delete",
    "hide": "forums.post_hide",
    "restore": "forums.post_restore",
    "accept": "forums.answer_accept",
    "press": "forums.helpful_toggle",
}


@dataclass(frozen=True, kw_only=True)
class PostView:
    """A post as this viewer sees it."""

    id: int
    number: int
    author: PersonCard
    cooked: str
    """Clean HTML; empty for a stub."""
    language: str
    edit_number: int
    created_at: datetime
    edited_at: datetime | None
    visibility: str
    url: str
    helpful_total: int
    helped: bool
    """The viewer marked it helpful."""
    is_answer: bool
    is_asker: bool
    """Written by the author of the topic."""
    is_new: bool
    """Came after what the viewer had read."""
    is_stub: bool
    """Hidden or deleted, and not for this viewer: print a line, not the text or the author."""
    is_above: bool
    """The accepted answer in its place among the replies: it is printed under the question."""
    may_edit: bool = False
    may_delete: bool = False
    may_hide: bool = False
    may_restore: bool = False
    may_accept: bool = False
    may_press: bool = False
    may_flag: bool = False
    change_waits: bool = False
    """The viewer changed it, and the change waits for review."""


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """What a CRM says about the case of an escalated question."""

    system: str
    state: str
    state_label: str
    reference: str
    """Its number there; empty unless the viewer is staff."""
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class TopicPage:
    """One window of a topic."""

    id: int
    title: str
    url: str
    kind: str
    state: str
    language: str
    tags: tuple[TagLink, ...]
    category_id: int
    category: str
    category_slug: str
    category_url: str
    author: PersonCard
    asked_at: datetime
    accepted_at: datetime | None
    closed_at: datetime | None
    visibility: str
    replies: int
    same_problem: int
    question: PostView
    """Post 1; a stub when it is not for this viewer."""
    answer: PostView | None
    """The accepted answer."""
    posts: list[PostView]
    """The replies of this window, in order, stubs among them."""
    people: list[PersonCard]
    """Who wrote in this window, each once."""
    first_number: int
    last_number: int
    """The numbers this window covers; of the whole topic the last visible one is `end_number`."""
    end_number: int
    earlier_url: str
    later_url: str
    end_url: str
    """Where the newest post is."""
    signed_in: bool
    last_read: int
    """Highest number the viewer has read; 0 for visitors."""
    first_unread: int
    """Number to jump to; 0 when nothing is unread or nothing was ever read."""
    first_unread_url: str
    level: int
    """How closely the viewer follows the topic: a value of `TopicMember.Level`."""
    level_reason: str
    joined: bool
    """The viewer has the same problem."""
    is_asker: bool
    may_reply: bool
    reply_denial: str
    """Why not, in words; empty when they may."""
    may_join: bool
    may_unaccept: bool
    may_escalate: bool
    may_close: bool
    cases: list[CaseView]
    related: list[RelatedTopic]


def topic_page(topic_id: int, *, site: Site, viewer: Any, number: int = 1) -> TopicPage:
    """Return the window of a topic that holds post `number`.

    Raises: Http404 when there is no such topic for this viewer. Queries: 3; 1 more for an escalated question, 1 for
    who wrote in it.
    """
    topic = topic_read(topic_id, site=site, viewer=viewer)
    if topic is None or not sees(viewer, topic):
        raise Http404
    first = window_start(min(max(number, 1), topic.highest_number))
    last_read = getattr(topic, "my_last_read", None) or 0
    place, posts = Place(topic), posts_read(topic, first, viewer)
    place.changing = _changing(posts, viewer)
    views = {post.number: _view(post, place, viewer, last_read) for post in posts}
    answer = next((view for view in views.values() if view.is_answer and not view.is_stub), None)
    window = [view for n, view in sorted(views.items()) if first <= n < first + WINDOW and not _is_held_back(view)]
    return TopicPage(
        **_facts(topic, viewer, last_read),
        **_place(topic, first),
        **_may(topic, viewer),
        question=views[1],
        answer=answer,
        posts=window,
        people=_people([views[1], *([answer] if answer else []), *window]),
        cases=cases_of(topic, viewer),
        related=related_topics(topic, site=site, viewer=viewer),
    )


def window_start(number: int) -> int:
    """Return the first number of the window that holds the reply `number`: windows are 2-21, 22-41 and so on."""
    return 2 + max(0, number - 2) // WINDOW * WINDOW


def post_url(post_id: int, *, viewer: Any) -> str:
    """Return where a post is, for its permalink. Raises: Http404 when it is not for this viewer. Queries: 1."""
    post = Post.objects.visible_to(viewer).filter(pk=post_id).select_related("topic").defer("raw", "cooked").first()
    if post is None:
        raise Http404
    return topic_url(post.topic, post.number)


def sent_url(topic: Topic, number: int, *, viewer: Any) -> tuple[str, bool]:
    """Return where an author is led after sending a post, and whether they see it there. Queries: 1 to 3.

    What is held in a category that not every member may read is its moderators' alone: then to what is above it.
    """
    if Post.objects.visible_to(viewer).filter(topic=topic, number=number).exists():
        return topic_url(topic, number if number > 1 else 0), True
    if Topic.objects.visible_to(viewer).filter(pk=topic.pk).exists():
        return topic_url(topic), False
    return reverse("forums:category", args=[topic.category.slug]), False


class Place:
    """A topic with what its posts share, made once: its path, the card of each author, what may be done with them."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.path = topic_url(topic)
        self.cards: dict[int, PersonCard] = {}
        self._may: dict[tuple[object, ...], dict[str, bool]] = {}
        self.changing: set[int] = set()
        """Posts the viewer has changed, where the change waits for review."""

    def card(self, author: Member) -> PersonCard:
        """Return the card of an author."""
        if author.pk not in self.cards:
            self.cards[author.pk] = person_card(author)
        return self.cards[author.pk]

    def may(self, post: Post, viewer: Any) -> dict[str, bool]:
        """Return what the viewer may do with a post they see; the same for posts that differ in nothing it turns on."""
        is_answer = post.pk == self.topic.accepted_post_id
        alike = (post.author_id == viewer.pk, post.number == 1, post.visibility, is_answer)
        if alike not in self._may:
            self._may[alike] = _post_may(post, viewer, is_answer=is_answer)
        return self._may[alike]


def _post_may(post: Post, viewer: Any, *, is_answer: bool) -> dict[str, bool]:
    """Return what a member may do with a post they see. Queries: 0."""
    may = {f"may_{verb}": allowed(check, viewer, post) for verb, check in _MAY.items()}
    may["may_hide"] = may["may_hide"] and post.visibility == Visibility.VISIBLE
    may["may_restore"] = may["may_restore"] and post.visibility != Visibility.VISIBLE
    may["may_delete"] = may["may_delete"] and post.visibility != Visibility.DELETED
    may["may_accept"] = may["may_accept"] and not is_answer
    may["may_flag"] = post.visibility == Visibility.VISIBLE and allowed(
        "moderation.flag_create", viewer, post.author_id
    )
    return may


def _changing(posts: list[Post], viewer: Any) -> set[int]:
    """Return the viewer's own posts whose change waits. Queries: 1 for who wrote one of these, else 0."""
    own = [post.pk for post in posts if post.author_id == viewer.pk]
    return set(changes_held("forums.post", own, author_id=viewer.pk)) if own else set()


def _view(post: Post, place: Place, viewer: Any, last_read: int) -> PostView:
    """Return a post as the viewer may see it. Queries: 0."""
    topic = place.topic
    stub = not sees(viewer, post)
    is_answer = post.pk == topic.accepted_post_id
    may = place.may(post, viewer) if viewer.is_authenticated and not stub else {}
    return PostView(
        id=post.pk,
        number=post.number,
        author=place.card(post.author),
        cooked="" if stub else post.cooked,
        language=post.language,
        edit_number=post.edit_number,
        created_at=post.created_at,
        edited_at=post.edited_at,
        visibility=post.visibility,
        url=post_path(place.path, post.number),
        helpful_total=post.helpful_total,
        helped=post.helped,  # type: ignore[attr-defined]
        is_answer=is_answer,
        is_asker=post.author_id == topic.author_id,
        is_new=bool(last_read) and post.number > last_read and post.author_id != viewer.pk,
        is_stub=stub,
        is_above=is_answer and not stub,
        change_waits=post.pk in place.changing,
        **may,
    )


def _is_held_back(view: PostView) -> bool:
    """Tell whether a post waits for review and is not for this viewer: it leaves no trace."""
    return view.is_stub and view.visibility == Visibility.HELD


def _facts(topic: Topic, viewer: Any, last_read: int) -> dict[str, Any]:
    unread = last_read + 1 if last_read and last_read < topic.last_post_number else 0
    return {
        "id": topic.pk,
        "title": topic.title,
        "url": topic_url(topic),
        "kind": topic.kind,
        "state": topic.state,
        "language": topic.language,
        "tags": tag_links(topic, category_url(topic.category)),
        "category_id": topic.category_id,
        "category": topic.category.name,
        "category_slug": topic.category.slug,
        "category_url": category_url(topic.category),
        "author": person_card(topic.author),
        "asked_at": topic.asked_at,
        "accepted_at": topic.accepted_at,
        "closed_at": topic.closed_at,
        "visibility": topic.visibility,
        "replies": max(0, topic.post_count - 1),
        "same_problem": topic.same_problem_total,
        "signed_in": bool(getattr(viewer, "is_authenticated", False)),
        "last_read": last_read,
        "first_unread": unread,
        "first_unread_url": topic_url(topic, unread) if unread else "",
        "level": _or(getattr(topic, "my_level", None), TopicMember.Level.NORMAL.value),
        "level_reason": getattr(topic, "my_reason", None) or "",
        "joined": getattr(topic, "joined", False),
        "is_asker": topic.author_id == getattr(viewer, "pk", None),
    }


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _place(topic: Topic, first: int) -> dict[str, Any]:
    """Return which part of the topic this is, and the way to its neighbours."""
    end = topic.last_post_number
    return {
        "first_number": first,
        "last_number": min(first + WINDOW - 1, max(end, first - 1)),
        "end_number": end,
        "earlier_url": topic_url(topic, first - 1) if first > 2 else "",
        "later_url": topic_url(topic, first + WINDOW) if end >= first + WINDOW else "",
        "end_url": topic_url(topic, end),
    }


def _may(topic: Topic, viewer: Any) -> dict[str, Any]:
    """Return what the viewer may do with the topic. Queries: 0."""
    refused = denial("forums.reply_create", viewer, topic)
    return {
        "may_reply": refused is None,
        "reply_denial": str(refused.reason) if refused else "",
        "may_join": allowed("forums.same_problem_toggle", viewer, topic),
        "may_unaccept": topic.accepted_post_id is not None and allowed("forums.answer_unaccept", viewer, topic),
        "may_escalate": allowed("forums.question_escalate", viewer, topic),
        "may_close": allowed("forums.topic_close", viewer, topic),
    }


def _people(views: Iterable[PostView]) -> list[PersonCard]:
    return list({view.author.id: view.author for view in views if not view.is_stub}.values())


def cases_of(topic: Topic, viewer: Any) -> list[CaseView]:
    """Return what CRMs say. Queries: 1 for an escalated question, else 0."""
    if topic.escalated_at is None:
        return []
    for_staff = is_staff_member(viewer)
    return [
        CaseView(
            system=case.system,
            state=case.state,
            state_label=str(TopicCase.CaseState(case.state).label),
            reference=case.reference if for_staff else "",
            as_of=case.as_of,
        )
        for case in TopicCase.objects.filter(topic=topic).order_by("system", "connection_id")
    ]
