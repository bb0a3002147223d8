"""Who may see what, as audience tokens of loaded rows; `forums.querysets` says the same as query filters."""

from typing import Any

from community.core.audience import may_see
from community.members.audience import tokens_of
from community.members.visibility import OVERSEERS, part_audience, thing_audience
from forums.models import Category, Post, Topic


def category_audience(category: Category) -> frozenset[str]:
    """Return the tokens of a category."""
    return OVERSEERS | {category.audience}


def topic_audience(topic: Topic) -> frozenset[str]:
    """Return the tokens of a topic whose category is loaded. Queries: 0."""
    return thing_audience(topic, topic.category.audience)


def post_audience(post: Post) -> frozenset[str]:
    """Return the tokens of a post whose topic and category are loaded. Queries: 0."""
    return part_audience(post, post.topic, post.topic.category.audience)


def audience_of(thing: Category | Topic | Post) -> frozenset[str]:
    """Return the tokens of a thing with all above it loaded. Queries: 0."""
    if isinstance(thing, Post):
        return post_audience(thing)
    return topic_audience(thing) if isinstance(thing, Topic) else category_audience(thing)


def sees(viewer: Any, thing: Category | Topic | Post) -> bool:
    """Tell whether `viewer` (a member or a visitor) sees a loaded thing. Queries: 0."""
    return may_see(audience_of(thing), tokens_of(viewer))
