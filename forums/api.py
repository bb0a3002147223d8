"""Categories, topics and posts for programs."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Field, Path, Query

from community.api.operations import (
    Cut,
    Id,
    Language,
    Listed,
    Name,
    Once,
    Operations,
    Part,
    Scope,
    Sent,
    Text,
    listed,
    once,
)
from community.core.errors import Invalid
from community.core.limits import hit, who
from community.core.paging import cursor_number
from forums import selectors, services
from forums.models import Category
from forums.rates import ASK_RATE, EDIT_RATE, PRESS_RATE, REPLY_RATE
from forums.selectors import CategoryRecord, PostRecord, TopicFilter, TopicRecord, TopicText
from forums.states import Kind, State

router = Operations(gettext_noop("Topics and posts"))
READ = Scope("topics:read", visitors=True)
WRITE = Scope("topics:write")
Tags = Annotated[list[Name], Field(max_length=10)]


class TopicQuery(Cut):
    """What narrows and orders a list of topics."""

    category: Name = Field("", description=gettext_noop("Slug of a category."))
    state: Literal["", *State.values] = Field("", description=gettext_noop("Where the topics stand."))  # type: ignore[valid-type]
    tag: Name = Field("", description=gettext_noop("Slug of a tag."))
    language: Language = Field("", description=gettext_noop("Language of the text."))
    mine: bool = Field(False, description=gettext_noop("Only what the member wrote."))
    sort: Literal["latest", "top"] = Field("latest", description=gettext_noop("By the last post, or by votes."))


class TopicNew(Sent):
    """A question or a discussion, as its category has it."""

    category: Name
    title: Text
    body: Text
    tags: Tags = []
    language: Language = ""


class PostNew(Sent):
    """A reply."""

    body: Text
    language: Language = ""


class PostChange(Sent):
    """A new text of a post; `edit_number` is that of the text it replaces."""

    body: Text
    edit_number: Id | Literal[0]


class TopicChange(Sent):
    """A new title, text or tags of a topic; what is left out stays."""

    title: Text | None = None
    body: Text | None = None
    tags: Tags | None = None
    edit_number: Id | Literal[0]


@router.get("/categories", auth=READ, response=list[CategoryRecord], summary=gettext_noop("List categories"))
def category_list(request: Any) -> Any:
    """Return all of the site that the viewer may see. Queries: 1."""
    return selectors.category_records(site=request.site, viewer=request.user)


@router.get("/topics", auth=READ, response=Listed[TopicRecord], summary=gettext_noop("List topics"))
def topic_list(request: Any, response: HttpResponse, query: Annotated[TopicQuery, Query(...)]) -> Any:
    """Return a page of topics. Raises: Http404 for a category that is not there. Queries: 2."""
    wanted = TopicFilter(
        tab=query.sort,
        state=query.state,
        tag=query.tag,
        language=query.language,
        mine=query.mine and request.user.is_authenticated,
    )
    rows, following = selectors.topic_records(
        site=request.site,
        viewer=request.user,
        wanted=wanted,
        category=query.category,
        size=query.limit,
        after=query.cursor,
    )
    return listed(request, response, rows, following)


@router.post("/topics", auth=WRITE, response={201: TopicText}, summary=gettext_noop("Ask, or start a discussion"))
def topic_create(request: Any, topic: TopicNew, key: Once = None) -> Any:
    """Ask or start it; a text that waits for review has the visibility `held`. Raises: Denied, Invalid, TooMany."""
    hit(f"forums.post:{who(request)}", ASK_RATE)
    category = _category(topic.category, request)
    begin = services.topic_start if category.kind == Kind.DISCUSSION else services.topic_ask
    made = begin(
        member=request.user,
        category=category,
        title=topic.title,
        body=topic.body,
        tags=topic.tags,
        language=topic.language,
        submission_key=once(request, key),
        origin="api",
    )
    return selectors.topic_sent(made)


@router.get("/topics/{topic_id}", auth=READ, response=TopicText, summary=gettext_noop("Get a topic"))
def topic_get(request: Any, topic_id: Annotated[Id, Path(...)]) -> Any:
    """Return a topic with its text. Raises: Http404. Queries: 1."""
    return selectors.topic_record(topic_id, site=request.site, viewer=request.user)


@router.patch("/topics/{topic_id}", auth=WRITE, response=TopicText, summary=gettext_noop("Change a topic"))
def topic_edit(request: Any, topic_id: Annotated[Id, Path(...)], change: TopicChange) -> Any:
    """Change it; a change that waits for review leaves it as it is. Raises: Http404, Denied, Invalid, EditConflict."""
    hit(f"forums.post:{who(request)}", EDIT_RATE)
    before = selectors.topic_record(topic_id, site=request.site, viewer=request.user)
    services.post_edit(
        member=request.user,
        post_id=before.post_id,
        body=before.body if change.body is None else change.body,
        title=change.title,
        tags=change.tags,
        edit_number=change.edit_number,
        origin="api",
    )
    return selectors.topic_record(topic_id, site=request.site, viewer=request.user)


@router.put(
    "/topics/{topic_id}/same-problem", auth=WRITE, response={204: None}, summary=gettext_noop("Have the same problem")
)
def same_problem_put(request: Any, topic_id: Annotated[Id, Path(...)]) -> None:
    """Say that the member has the problem, too. Raises: Http404, Denied, TooMany. Idempotent: yes."""
    _same_problem_set(request, topic_id, wanted=True)


@router.delete(
    "/topics/{topic_id}/same-problem",
    auth=WRITE,
    response={204: None},
    summary=gettext_noop("No longer have the same problem"),
)
def same_problem_delete(request: Any, topic_id: Annotated[Id, Path(...)]) -> None:
    """Take that back. Raises: Http404, Denied, TooMany. Idempotent: yes."""
    _same_problem_set(request, topic_id, wanted=False)


@router.get(
    "/topics/{topic_id}/posts",
    auth=READ,
    response=Listed[PostRecord],
    summary=gettext_noop("List posts of a topic"),
)
def post_list(request: Any, response: HttpResponse, topic_id: Annotated[Id, Path(...)], part: Part) -> Any:
    """Return a page of posts by number; the first is the topic's own text. Raises: Http404. Queries: 2."""
    after = cursor_number(part.cursor) or 0
    rows, following = selectors.post_records(
        topic_id, site=request.site, viewer=request.user, size=part.limit, after=after
    )
    return listed(request, response, rows, following)


@router.post("/topics/{topic_id}/posts", auth=WRITE, response={201: PostRecord}, summary=gettext_noop("Reply"))
def post_create(request: Any, topic_id: Annotated[Id, Path(...)], post: PostNew, key: Once = None) -> Any:
    """Reply; a text that waits for review has the visibility `held`. Raises: Http404, Denied, Invalid, TooMany."""
    hit(f"forums.post:{who(request)}", REPLY_RATE)
    selectors.topic_record(topic_id, site=request.site, viewer=request.user)
    made = services.reply_create(
        member=request.user,
        topic_id=topic_id,
        body=post.body,
        language=post.language,
        submission_key=once(request, key),
        origin="api",
    )
    return selectors.post_sent(made)


@router.get("/posts/{post_id}", auth=READ, response=PostRecord, summary=gettext_noop("Get a post"))
def post_get(request: Any, post_id: Annotated[Id, Path(...)]) -> Any:
    """Return a post. Raises: Http404. Queries: 1."""
    return selectors.post_record(post_id, site=request.site, viewer=request.user)


@router.patch("/posts/{post_id}", auth=WRITE, response=PostRecord, summary=gettext_noop("Change a post"))
def post_edit(request: Any, post_id: Annotated[Id, Path(...)], change: PostChange) -> Any:
    """Change it; a change that waits for review leaves it as it is. Raises: Http404, Denied, Invalid, EditConflict."""
    hit(f"forums.post:{who(request)}", EDIT_RATE)
    selectors.post_record(post_id, site=request.site, viewer=request.user)
    services.post_edit(
        member=request.user, post_id=post_id, body=change.body, edit_number=change.edit_number, origin="api"
    )
    return selectors.post_record(post_id, site=request.site, viewer=request.user)


@router.put("/posts/{post_id}/helpful", auth=WRITE, response={204: None}, summary=gettext_noop("Mark a post helpful"))
def helpful_put(request: Any, post_id: Annotated[Id, Path(...)]) -> None:
    """Say that the post helped the member. Raises: Http404, Denied, TooMany. Idempotent: yes."""
    _helpful_set(request, post_id, wanted=True)


@router.delete(
    "/posts/{post_id}/helpful", auth=WRITE, response={204: None}, summary=gettext_noop("Take the mark of a post back")
)
def helpful_delete(request: Any, post_id: Annotated[Id, Path(...)]) -> None:
    """Take that back. Raises: Http404, Denied, TooMany. Idempotent: yes."""
    _helpful_set(request, post_id, wanted=False)


def _category(slug: str, request: Any) -> Category:
    """Return the category to write in. Raises: Invalid. Queries: 1."""
    try:
        return selectors.category_for_asking(slug, site=request.site, viewer=request.user)
    except Http404:
        raise Invalid(_("There is no such category, or it is not for you."), field="category") from None


def _same_problem_set(request: Any, topic_id: int, *, wanted: bool) -> None:
    hit(f"forums.press:{who(request)}", PRESS_RATE)
    selectors.topic_record(topic_id, site=request.site, viewer=request.user)
    services.same_problem_toggle(member=request.user, topic_id=topic_id, wanted=wanted, origin="api")


def _helpful_set(request: Any, post_id: int, *, wanted: bool) -> None:
    hit(f"forums.press:{who(request)}", PRESS_RATE)
    selectors.post_record(post_id, site=request.site, viewer=request.user)
    services.helpful_toggle(member=request.user, post_id=post_id, wanted=wanted, origin="api")
