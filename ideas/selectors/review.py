"""What a moderator needs to judge ideas and comments: the text, and what was said around it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from community.activity.subjects import Neighbour, ReviewContext, TextChange
from community.core.markup import excerpt
from ideas.models import Comment, Idea
from ideas.selectors.paths import comment_path, idea_path

AROUND = 2
"""Comments shown before and after."""


def idea_review_contexts(ids: Collection[int]) -> dict[int, ReviewContext]:
    """Return what a moderator needs per idea. Queries: 1."""
    return {
        idea.pk: ReviewContext(
            title=_("Idea “%(title)s”") % {"title": idea.title},
            url=idea_path(idea),
            author_id=idea.author_id,
            at=idea.created_at,
            state=idea.visibility,
            html=idea.cooked,
            raw=idea.raw,
            language=idea.language,
            site_id=idea.site_id,
        )
        for idea in Idea.objects.filter(pk__in=set(ids))
    }


def comment_review_contexts(ids: Collection[int]) -> dict[int, ReviewContext]:
    """Return what a moderator needs per comment. Queries: 2."""
    comments = list(Comment.objects.filter(pk__in=set(ids)).select_related("idea"))
    around = _around(comments)
    return {comment.pk: _context(comment, around[comment.idea_id]) for comment in comments}


def idea_change_texts(changes: Mapping[int, Mapping[str, Any]]) -> dict[int, tuple[TextChange, ...]]:
    """Return what held changes of ideas would do. Queries: 1."""
    ideas = Idea.objects.filter(pk__in=set(changes)).defer("cooked")
    return {
        idea.pk: tuple(
            TextChange(label=label, before=before, after=after)
            for label, before, after in (
                (_("Title"), idea.title, changes[idea.pk]["title"]),
                (_("Text"), idea.raw, changes[idea.pk]["body"]),
            )
            if before != after
        )
        for idea in ideas
    }


def comment_change_texts(changes: Mapping[int, Mapping[str, Any]]) -> dict[int, tuple[TextChange, ...]]:
    """Return what held changes of comments would do. Queries: 1."""
    comments = Comment.objects.filter(pk__in=set(changes)).defer("cooked")
    return {
        comment.pk: (TextChange(label=_("Text"), before=comment.raw, after=changes[comment.pk]["body"]),)
        for comment in comments
    }


def _around(comments: Iterable[Comment]) -> dict[int, list[Comment]]:
    """Return the visible comments near each of `comments`. Queries: 1."""
    near = Q(pk__in=())
    for comment in comments:
        near |= Q(idea_id=comment.idea_id, number__range=(comment.number - AROUND, comment.number + AROUND))
    found: dict[int, list[Comment]] = defaultdict(list)
    rows = Comment.objects.public().filter(near).select_related("author", "idea")
    for comment in rows.order_by("idea_id", "number"):
        found[comment.idea_id].append(comment)
    return found


def _context(comment: Comment, around: list[Comment]) -> ReviewContext:
    return ReviewContext(
        title=_("Comment on “%(title)s”") % {"title": comment.idea.title},
        url=comment_path(comment.idea, comment.number),
        author_id=comment.author_id,
        at=comment.created_at,
        state=comment.visibility,
        html=comment.cooked,
        raw=comment.raw,
        language=comment.language,
        site_id=comment.idea.site_id,
        before=tuple(_neighbour(other) for other in around if other.number < comment.number),
        after=tuple(_neighbour(other) for other in around if other.number > comment.number),
    )


def _neighbour(comment: Comment) -> Neighbour:
    return Neighbour(
        author=comment.author.display_name,
        author_id=comment.author_id,
        excerpt=excerpt(comment.cooked, length=160),
        url=comment_path(comment.idea, comment.number),
        at=comment.created_at,
    )
