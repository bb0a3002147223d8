"""What a moderator needs to judge posts: the text, what was said around it, what a change would do."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from community.activity.subjects import Neighbour, ReviewContext, TextChange
from community.core.markup import excerpt
from forums.models import Post

AROUND = 2
"""Posts shown before and after."""
_COLUMNS = ("topic_id", "number", "cooked", "created_at", "author__name", "author__handle", "author__state")


def post_review_contexts(ids: Collection[int], *, path_of: Any) -> dict[int, ReviewContext]:
    """Return what a moderator needs per post. Queries: 2.

    Args:
        path_of: takes a topic, returns its path without language prefix.
    """
    posts = list(Post.objects.filter(pk__in=set(ids)).select_related("topic__category"))
    around = _around(posts)
    return {post.pk: _context(post, around[post.topic_id], path_of(post.topic)) for post in posts}


def _around(posts: Iterable[Post]) -> dict[int, list[Post]]:
    """Return the visible posts near each of `posts`, and each topic's question. Queries: 1."""
    near = Q(pk__in=())
    for post in posts:
        near |= Q(topic_id=post.topic_id, number__gte=post.number - AROUND, number__lte=post.number + AROUND)
        near |= Q(topic_id=post.topic_id, number=1)
    found: dict[int, list[Post]] = defaultdict(list)
    rows = Post.objects.public().filter(near).select_related("author").only(*_COLUMNS)
    for post in rows.order_by("topic_id", "number"):
        found[post.topic_id].append(post)
    return found


def _context(post: Post, around: list[Post], path: str) -> ReviewContext:
    topic = post.topic
    said = _("Topic “%(title)s”") if post.number == 1 else _("Reply in “%(title)s”")
    before = [other for other in around if other.number < post.number]
    after = [other for other in around if post.number < other.number <= post.number + AROUND]
    return ReviewContext(
        title=said % {"title": topic.title},
        url=f"{path}#post-{post.number}",
        author_id=post.author_id,
        at=post.created_at,
        state=post.visibility,
        html=post.cooked,
        raw=post.raw,
        language=post.language,
        site_id=topic.site_id,
        before=tuple(_neighbour(other, path) for other in before),
        after=tuple(_neighbour(other, path) for other in after),
    )


def _neighbour(post: Post, path: str) -> Neighbour:
    return Neighbour(
        author=post.author.display_name,
        author_id=post.author_id,
        excerpt=excerpt(post.cooked, length=160),
        url=f"{path}#post-{post.number}",
        at=post.created_at,
    )


def post_change_texts(changes: Mapping[int, Mapping[str, Any]]) -> dict[int, tuple[TextChange, ...]]:
    """Return what held changes of posts would do. Queries: 1."""
    posts = Post.objects.filter(pk__in=set(changes)).select_related("topic").defer("cooked")
    return {post.pk: tuple(_texts(post, changes[post.pk])) for post in posts}


def _texts(post: Post, change: Mapping[str, Any]) -> Iterable[TextChange]:
    if "title" in change and change["title"] != post.topic.title:
        yield TextChange(label=_("Title"), before=post.topic.title, after=change["title"])
    if "tags" in change:
        before, after = (", ".join(names) for names in ((n for _s, n in post.topic.tag_names), change["tags"]))
        if before != after:
            yield TextChange(label=_("Tags"), before=before, after=after)
    if change["body"] != post.raw:
        yield TextChange(label=_("Text"), before=post.raw, after=change["body"])


def hidden_imports(*, site_id: int, before_id: int | None, limit: int) -> list[int]:
    """Return ids of posts an import brought along hidden and nobody has restored, newest first. Queries: 1."""
    posts = Post.objects.filter(visibility=Post.Visibility.HIDDEN, source_key__isnull=False, topic__site_id=site_id)
    if before_id is not None:
        posts = posts.filter(pk__lt=before_id)
    return list(posts.order_by("-pk").values_list("pk", flat=True)[:limit])
