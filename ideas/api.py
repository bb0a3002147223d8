"""Boards, ideas, votes and comments for programs."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
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
from ideas import services
from ideas.rates import COMMENT_RATE, EDIT_RATE, PRESS_RATE, SHARE_RATE
from ideas.selectors.records import (
    ORDERS,
    BoardRecord,
    CommentRecord,
    IdeaRecord,
    IdeaText,
    board_named,
    board_records,
    comment_record,
    comment_records,
    comment_sent,
    idea_record,
    idea_records,
    idea_sent,
)
from ideas.states import StatusKind

router = Operations(gettext_noop("Ideas"))
READ = Scope("ideas:read", visitors=True)
WRITE = Scope("ideas:write")


class IdeaQuery(Cut):
    """What narrows and orders a list of ideas."""

    board: Name = Field("", description=gettext_noop("Slug of a board."))
    status: Literal["", *StatusKind.values] = Field("", description=gettext_noop("Kind of status."))  # type: ignore[valid-type]
    sort: Literal[*ORDERS] = Field("trending", description=gettext_noop("What comes first."))  # type: ignore[valid-type]


class IdeaNew(Sent):
    """An idea in one sentence, and a text if there is more to say."""

    board: Name
    title: Text
    body: Text = ""
    language: Language = ""


class IdeaChange(Sent):
    """A new sentence or text of an idea; what is left out stays."""

    title: Text | None = None
    body: Text | None = None
    edit_number: Id | Literal[0]


class CommentNew(Sent):
    """A comment."""

    body: Text
    language: Language = ""


class CommentChange(Sent):
    """A new text of a comment; `edit_number` is that of the text it replaces."""

    body: Text
    edit_number: Id | Literal[0]


@router.get("/boards", auth=READ, response=list[BoardRecord], summary=gettext_noop("List boards"))
def board_list(request: Any) -> Any:
    """Return all of the site that the viewer may see. Queries: 1."""
    return board_records(site=request.site, viewer=request.user)


@router.get("/ideas", auth=READ, response=Listed[IdeaRecord], summary=gettext_noop("List ideas"))
def idea_list(request: Any, response: HttpResponse, query: Annotated[IdeaQuery, Query(...)]) -> Any:
    """Return a page of ideas. Raises: Http404 for a board that is not there. Queries: 2."""
    rows, following = idea_records(
        site=request.site,
        viewer=request.user,
        board=query.board,
        status=query.status,
        sort=query.sort,
        size=query.limit,
        after=query.cursor,
    )
    return listed(request, response, rows, following)


@router.post("/ideas", auth=WRITE, response={201: IdeaText}, summary=gettext_noop("Share an idea"))
def idea_create(request: Any, idea: IdeaNew, key: Once = None) -> Any:
    """Share it; one that waits for review has the visibility `held`. Raises: Denied, Invalid, TooMany."""
    hit(f"ideas.share:{who(request)}", SHARE_RATE)
    board = board_named(idea.board, site=request.site, viewer=request.user)
    if board is None:
        raise Invalid(_("There is no such board, or it is not for you."), field="board")
    made = services.idea_share(
        member=request.user,
        board=board,
        title=idea.title,
        body=idea.body,
        language=idea.language,
        submission_key=once(request, key),
        origin="api",
    )
    return idea_sent(made)


@router.get("/ideas/{idea_id}", auth=READ, response=IdeaText, summary=gettext_noop("Get an idea"))
def idea_get(request: Any, idea_id: Annotated[Id, Path(...)]) -> Any:
    """Return an idea with its text. Raises: Http404. Queries: 1."""
    return idea_record(idea_id, site=request.site, viewer=request.user)


@router.patch("/ideas/{idea_id}", auth=WRITE, response=IdeaText, summary=gettext_noop("Change an idea"))
def idea_edit(request: Any, idea_id: Annotated[Id, Path(...)], change: IdeaChange) -> Any:
    """Change it; a change that waits for review leaves it as it is. Raises: Http404, Denied, Invalid, EditConflict."""
    hit(f"ideas.edit:{who(request)}", EDIT_RATE)
    before = idea_record(idea_id, site=request.site, viewer=request.user)
    services.idea_edit(
        member=request.user,
        idea_id=idea_id,
        title=before.title if change.title is None else change.title,
        body=before.body if change.body is None else change.body,
        edit_number=change.edit_number,
        origin="api",
    )
    return idea_record(idea_id, site=request.site, viewer=request.user)


@router.put("/ideas/{idea_id}/vote", auth=WRITE, response={204: None}, summary=gettext_noop("Vote for an idea"))
def vote_put(request: Any, idea_id: Annotated[Id, Path(...)]) -> None:
    """Cast the member's vote. Raises: Http404, Denied, TooMany. Idempotent: yes."""
    _vote_set(request, idea_id, wanted=True)


@router.delete("/ideas/{idea_id}/vote", auth=WRITE, response={204: None}, summary=gettext_noop("Take a vote back"))
def vote_delete(request: Any, idea_id: Annotated[Id, Path(...)]) -> None:
    """Withdraw the member's vote. Raises: Http404, Denied, TooMany. Idempotent: yes."""
    _vote_set(request, idea_id, wanted=False)


@router.get(
    "/ideas/{idea_id}/comments",
    auth=READ,
    response=Listed[CommentRecord],
    summary=gettext_noop("List comments on an idea"),
)
def comment_list(request: Any, response: HttpResponse, idea_id: Annotated[Id, Path(...)], part: Part) -> Any:
    """Return a page of comments by number. Raises: Http404. Queries: 2."""
    after = cursor_number(part.cursor) or 0
    rows, following = comment_records(idea_id, site=request.site, viewer=request.user, size=part.limit, after=after)
    return listed(request, response, rows, following)


@router.post(
    "/ideas/{idea_id}/comments",
    auth=WRITE,
    response={201: CommentRecord},
    summary=gettext_noop("Comment on an idea"),
)
def comment_create(request: Any, idea_id: Annotated[Id, Path(...)], comment: CommentNew, key: Once = None) -> Any:
    """Comment; a text that waits for review has the visibility `held`. Raises: Http404, Denied, Invalid, TooMany."""
    hit(f"ideas.comment:{who(request)}", COMMENT_RATE)
    idea_record(idea_id, site=request.site, viewer=request.user)
    made = services.comment_create(
        member=request.user,
        idea_id=idea_id,
        body=comment.body,
        language=comment.language,
        submission_key=once(request, key),
        origin="api",
    )
    return comment_sent(made)


@router.get("/comments/{comment_id}", auth=READ, response=CommentRecord, summary=gettext_noop("Get a comment"))
def comment_get(request: Any, comment_id: Annotated[Id, Path(...)]) -> Any:
    """Return a comment. Raises: Http404. Queries: 1."""
    return comment_record(comment_id, site=request.site, viewer=request.user)


@router.patch("/comments/{comment_id}", auth=WRITE, response=CommentRecord, summary=gettext_noop("Change a comment"))
def comment_edit(request: Any, comment_id: Annotated[Id, Path(...)], change: CommentChange) -> Any:
    """Change it; a change that waits for review leaves it as it is. Raises: Http404, Denied, Invalid, EditConflict."""
    hit(f"ideas.edit:{who(request)}", EDIT_RATE)
    comment_record(comment_id, site=request.site, viewer=request.user)
    services.comment_edit(
        member=request.user,
        comment_id=comment_id,
        body=change.body,
        edit_number=change.edit_number,
        origin="api",
    )
    return comment_record(comment_id, site=request.site, viewer=request.user)


@router.delete("/comments/{comment_id}", auth=WRITE, response={204: None}, summary=gettext_noop("Delete a comment"))
def comment_delete(request: Any, comment_id: Annotated[Id, Path(...)]) -> None:
    """Delete it; moderators can bring it back. Raises: Http404, also for one deleted before; Denied, TooMany."""
    hit(f"ideas.press:{who(request)}", PRESS_RATE)
    comment_record(comment_id, site=request.site, viewer=request.user)
    services.comment_delete(member=request.user, comment_id=comment_id, origin="api")


def _vote_set(request: Any, idea_id: int, *, wanted: bool) -> None:
    hit(f"ideas.press:{who(request)}", PRESS_RATE)
    idea_record(idea_id, site=request.site, viewer=request.user)
    services.vote_set(member=request.user, idea_id=idea_id, wanted=wanted, origin="api")
