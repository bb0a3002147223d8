"""How strangers meet boards, ideas and comments."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from community.activity.contracts import Facts, Voter
from community.activity.subjects import Card, Follower, ReviewContext, SearchDocument, Subject, TextChange
from community.core.markup import excerpt, plain_text
from community.members.writing import members_mentioned
from ideas.audience import board_audience, comment_audience, idea_audience
from ideas.models import Board, Comment, Idea, IdeaFollow, Visibility, Vote
from ideas.selectors.facts import idea_facts, idea_voters
from ideas.selectors.paths import board_path, comment_path, idea_path
from ideas.selectors.review import (
    comment_change_texts,
    comment_review_contexts,
    idea_change_texts,
    idea_review_contexts,
)
from ideas.services import (
    comment_change_apply,
    comment_change_revert,
    comment_revise,
    comment_visibility_set,
    idea_change_apply,
    idea_change_revert,
    idea_revise,
    idea_visibility_set,
)

COMMENTS_READ = 50
"""Comments by which an idea is found when things like a text are looked for."""
_COMMANDS = frozenset({"publish", "hide", "restore", "hold", "revise", "change_apply"})


class BoardSubject(Subject):
    """`ideas.board`."""

    kind = "ideas.board"

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per board. Queries: 1."""
        return {
            board.pk: Card(title=board.name, url=board_path(board), excerpt=board.description, site_id=board.site_id)
            for board in Board.objects.filter(pk__in=set(ids))
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return the tokens per board. Queries: 1."""
        return {board.pk: board_audience(board) for board in Board.objects.filter(pk__in=set(ids))}

    def choices(self) -> dict[int, str]:
        """Return the boards by name. Queries: 1."""
        return dict(Board.objects.order_by("name", "pk").values_list("pk", "name"))

    def search_dependents(self, ids: Iterable[int]) -> dict[str, list[int]]:
        """Return the ideas on them: who may read the board may find them. Queries: 1."""
        ideas = Idea.objects.filter(board_id__in=set(ids))
        return {IdeaSubject.kind: list(ideas.values_list("pk", flat=True))}


class IdeaSubject(Subject):
    """`ideas.idea`."""

    kind = "ideas.idea"
    commands = _COMMANDS
    flaggable = True

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per idea. Queries: 1."""
        return {
            idea.pk: Card(
                title=idea.title,
                url=idea_path(idea),
                excerpt=excerpt(idea.cooked),
                author_id=idea.author_id,
                at=idea.created_at,
                state=idea.status.kind,
                site_id=idea.site_id,
            )
            for idea in _ideas(ids)
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return the tokens per idea. Queries: 1."""
        return {idea.pk: idea_audience(idea) for idea in _ideas(ids)}

    def shown(self, ids: Iterable[int]) -> set[int]:
        """Return the visible ideas. Queries: 1."""
        return set(Idea.objects.filter(pk__in=set(ids), visibility=Visibility.VISIBLE).values_list("pk", flat=True))

    def mentioned(self, ids: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return the members each text names. Queries: 2."""
        return members_mentioned(dict(Idea.objects.filter(pk__in=set(ids)).values_list("pk", "cooked")))

    def followers(self, ids: Iterable[int]) -> dict[int, list[Follower]]:
        """Return who follows each idea, and who chose not to. Queries: 1."""
        found: dict[int, list[Follower]] = {}
        rows = IdeaFollow.objects.filter(idea_id__in=set(ids)).order_by("pk")
        for idea_id, member_id, is_on, reason in rows.values_list("idea_id", "member_id", "is_on", "reason"):
            follower = Follower(
                member_id=member_id,
                level="watching" if is_on else "muted",
                reason="" if reason == IdeaFollow.Reason.CHOSEN else reason,
            )
            found.setdefault(idea_id, []).append(follower)
        return found

    def search_documents(self, ids: Iterable[int], *, texts: bool = True) -> dict[int, SearchDocument]:
        """Return words and comments of each idea that stands by itself. Queries: 2; 1 without texts."""
        comments = _comments_said(ids) if texts else {}
        return {
            idea.pk: SearchDocument(
                kind=self.kind,
                id=idea.pk,
                language=idea.language,
                title=idea.title,
                body=plain_text(idea.cooked) if texts else "",
                replies=comments.get(idea.pk, ""),
                audience=idea_audience(idea),
                type="idea",
                site_id=idea.site_id,
                author_id=idea.author_id,
                category=f"{BoardSubject.kind}:{idea.board_id}",
                at=idea.created_at,
                state=idea.status.kind,
                signals={"votes": idea.vote_count, "recency": idea.trending_at.timestamp()},
            )
            for idea in _ideas(ids)
            if idea.visibility == Visibility.VISIBLE and idea.merged_into_id is None
        }

    def search_ids(self, *, after: int, limit: int) -> list[int]:
        """Return ids of ideas that stand by themselves. Queries: 1."""
        ideas = Idea.objects.listed().filter(pk__gt=after).order_by("pk")
        return list(ideas.values_list("pk", flat=True)[:limit])

    def facts(self, ids: Iterable[int]) -> dict[int, Facts]:
        """Return what a CRM may hear of each idea that was ever visible. Queries: 1."""
        return idea_facts(ids)

    def voters(self, ids: Iterable[int]) -> dict[int, list[Voter]]:
        """Return who votes for each idea now. Queries: 1."""
        return idea_voters(ids)

    def voted_by(self, member_ids: Iterable[int]) -> set[int]:
        """Return the ideas these members vote for now. Queries: 1."""
        return set(Vote.objects.filter(member_id__in=set(member_ids)).values_list("idea_id", flat=True))

    def review_contexts(self, ids: Iterable[int]) -> dict[int, ReviewContext]:
        """Return each idea with what stands below it. Queries: 2."""
        return idea_review_contexts(list(ids))

    def publish(self, subject_id: int, *, actor_id: int | None) -> None:
        """Make a held idea visible. Raises: LookupError when it is gone."""
        _idea_move(subject_id, Visibility.VISIBLE, actor_id)

    def hide(self, subject_id: int, *, actor_id: int | None) -> None:
        """Hide an idea. Raises: LookupError when it is gone."""
        _idea_move(subject_id, Visibility.HIDDEN, actor_id)

    def restore(self, subject_id: int, *, actor_id: int | None) -> None:
        """Bring an idea back. Raises: LookupError when it is gone."""
        _idea_move(subject_id, Visibility.VISIBLE, actor_id)

    def hold(self, subject_id: int, *, actor_id: int | None) -> None:
        """Let an idea wait for review again. Raises: LookupError when it is gone."""
        _idea_move(subject_id, Visibility.HELD, actor_id)

    def revise(self, subject_id: int, *, actor: Any, text: str) -> None:
        """Replace the text below the sentence, as a moderator. Raises: LookupError when it is gone; Denied, Invalid."""
        with _gone_is_lookup_error(self.kind, subject_id):
            idea_revise(actor=actor, idea_id=subject_id, body=text)

    def change_texts(self, changes: Mapping[int, Mapping[str, Any]]) -> dict[int, tuple[TextChange, ...]]:
        """Return sentence and text as they are and as they would be. Queries: 1."""
        return idea_change_texts(changes)

    def change_apply(self, subject_id: int, change: Mapping[str, Any], *, author_id: int) -> Mapping[str, Any]:
        """Make a change that waited. Raises: LookupError when the idea is gone; Conflict, Invalid."""
        with _gone_is_lookup_error(self.kind, subject_id):
            return idea_change_apply(idea_id=subject_id, change=change, author_id=author_id)

    def change_revert(self, subject_id: int, previous: Mapping[str, Any], *, author_id: int) -> None:
        """Undo that. Raises: LookupError when the idea is gone; Conflict."""
        with _gone_is_lookup_error(self.kind, subject_id):
            idea_change_revert(idea_id=subject_id, previous=previous)


class CommentSubject(Subject):
    """`ideas.comment`."""

    kind = "ideas.comment"
    commands = _COMMANDS
    flaggable = True

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per comment. Queries: 1."""
        return {
            comment.pk: Card(
                title=comment.idea.title,
                url=comment_path(comment.idea, comment.number),
                excerpt=excerpt(comment.cooked),
                author_id=comment.author_id,
                at=comment.created_at,
                site_id=comment.idea.site_id,
            )
            for comment in _comments(ids)
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return the tokens per comment. Queries: 1."""
        return {comment.pk: comment_audience(comment) for comment in _comments(ids)}

    def shown(self, ids: Iterable[int]) -> set[int]:
        """Return the visible comments of visible ideas. Queries: 1."""
        visible = Comment.objects.public().filter(pk__in=set(ids), idea__visibility=Visibility.VISIBLE)
        return set(visible.values_list("pk", flat=True))

    def mentioned(self, ids: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return the members each comment names. Queries: 2."""
        return members_mentioned(dict(Comment.objects.filter(pk__in=set(ids)).values_list("pk", "cooked")))

    def review_contexts(self, ids: Iterable[int]) -> dict[int, ReviewContext]:
        """Return each comment with what was said around it. Queries: 2."""
        return comment_review_contexts(list(ids))

    def publish(self, subject_id: int, *, actor_id: int | None) -> None:
        """Make a held comment visible. Raises: LookupError when it is gone."""
        _comment_move(subject_id, Visibility.VISIBLE, actor_id)

    def hide(self, subject_id: int, *, actor_id: int | None) -> None:
        """Hide a comment. Raises: LookupError when it is gone."""
        _comment_move(subject_id, Visibility.HIDDEN, actor_id)

    def restore(self, subject_id: int, *, actor_id: int | None) -> None:
        """Bring a comment back. Raises: LookupError when it is gone."""
        _comment_move(subject_id, Visibility.VISIBLE, actor_id)

    def hold(self, subject_id: int, *, actor_id: int | None) -> None:
        """Let a comment wait for review again. Raises: LookupError when it is gone."""
        _comment_move(subject_id, Visibility.HELD, actor_id)

    def revise(self, subject_id: int, *, actor: Any, text: str) -> None:
        """Replace the text, as a moderator. Raises: LookupError when it is gone; Denied, Invalid."""
        with _gone_is_lookup_error(self.kind, subject_id):
            comment_revise(actor=actor, comment_id=subject_id, body=text)

    def change_texts(self, changes: Mapping[int, Mapping[str, Any]]) -> dict[int, tuple[TextChange, ...]]:
        """Return the text as it is and as it would be. Queries: 1."""
        return comment_change_texts(changes)

    def change_apply(self, subject_id: int, change: Mapping[str, Any], *, author_id: int) -> Mapping[str, Any]:
        """Make a change that waited. Raises: LookupError when the comment is gone; Conflict, Invalid."""
        with _gone_is_lookup_error(self.kind, subject_id):
            return comment_change_apply(comment_id=subject_id, change=change, author_id=author_id)

    def change_revert(self, subject_id: int, previous: Mapping[str, Any], *, author_id: int) -> None:
        """Undo that. Raises: LookupError when the comment is gone; Conflict."""
        with _gone_is_lookup_error(self.kind, subject_id):
            comment_change_revert(comment_id=subject_id, previous=previous)


def _ideas(ids: Iterable[int]) -> Iterable[Idea]:
    return Idea.objects.filter(pk__in=set(ids)).select_related("board", "status").defer("raw")


def _comments(ids: Iterable[int]) -> Iterable[Comment]:
    return Comment.objects.filter(pk__in=set(ids)).select_related("idea__board").defer("raw", "idea__raw")


def _comments_said(idea_ids: Iterable[int]) -> dict[int, str]:
    """Return the text of what everybody who sees the idea may read below it; of long ones the beginning."""
    rows = Comment.objects.public().filter(idea_id__in=set(idea_ids), number__lte=COMMENTS_READ)
    found: dict[int, list[str]] = {}
    for idea_id, cooked in rows.order_by("idea_id", "number").values_list("idea_id", "cooked"):
        found.setdefault(idea_id, []).append(plain_text(cooked))
    return {idea_id: "\n".join(texts) for idea_id, texts in found.items()}


def _idea_move(idea_id: int, visibility: Visibility, actor_id: int | None) -> None:
    with _gone_is_lookup_error(IdeaSubject.kind, idea_id):
        idea_visibility_set(idea_id=idea_id, visibility=visibility, actor_id=actor_id)


def _comment_move(comment_id: int, visibility: Visibility, actor_id: int | None) -> None:
    with _gone_is_lookup_error(CommentSubject.kind, comment_id):
        comment_visibility_set(comment_id=comment_id, visibility=visibility, actor_id=actor_id)


@contextmanager
def _gone_is_lookup_error(kind: str, subject_id: int) -> Iterator[None]:
    try:
        yield
    except (Idea.DoesNotExist, Comment.DoesNotExist) as gone:
        raise LookupError(f"{kind} {subject_id} is gone") from gone
