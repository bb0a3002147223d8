"""Who may see what, as audience tokens of loaded rows; `forums.querysets` says the same as query filters."""

from typing import Any

from community.core.audience import may_see, member_token
from community.members.audience import tokens_of
from forums.models import Category, Post, Topic, Visibility
from forums.querysets import OPEN_TO_MEMBERS, OVERSEERS

_OWN = {Visibility.HIDDEN, Visibility.HELD}


def category_audience(category: Category) -> frozenset[str]:
    """Return the tokens of a category."""
    return OVERSEERS | {category.audience}


def topic_audience(topic: Topic) -> frozenset[str]:
    """Return the tokens of a topic whose category is loaded. Queries: 0."""
    return _narrowed(category_audience(topic.category), topic, topic.category)


def post_audience(post: Post) -> frozenset[str]:
    """Return the tokens of a post whose topic and category are loaded. Queries: 0."""
    category = post.topic.category
    topics = _narrowed(category_audience(category), post.topic, category)
    posts = _narrowed(category_audience(category), post, category)
    if post.visibility == Visibility.VISIBLE:
        return topics
    return posts if post.topic.visibility == Visibility.VISIBLE else topics & posts


def _narrowed(audience: frozenset[str], thing: Topic | Post, category: Category) -> frozenset[str]:
    """A hidden thing is seen by those who oversee, and by its author where every member may read."""
    if thing.visibility == Visibility.VISIBLE:
        return audience
    if thing.visibility in _OWN and category.audience in OPEN_TO_MEMBERS:
        return OVERSEERS | {member_token(thing.author_id)}
    return OVERSEERS


def audience_of(thing: Category | Topic | Post) -> frozenset[str]:
    """Return the tokens of a thing with all above it loaded. Queries: 0."""
    if isinstance(thing, Post):
        return post_audience(thing)
    return topic_audience(thing) if isinstance(thing, Topic) else category_audience(thing)


def sees(viewer: Any, thing: Category | Topic | Post) -> bool:
    """Tell whether `viewer` (a member or a visitor) sees a loaded thing. Queries: 0."""
    return may_see(audience_of(thing), tokens_of(viewer))
