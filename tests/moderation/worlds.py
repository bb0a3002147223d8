"""Small scenes: somebody new whose text is held, a report, a moderator."""

from typing import Any

from community.activity.delivery import drain_activity
from community.members.models import Member
from community.moderation.models import Review
from forums.models import Post
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory

LINK = "See https://shop.example/offer for more."


def held_post(author: Member | None = None, **values: Any) -> Post:
    """Return a reply that is held, its review open."""
    post = PostFactory(author=author or MemberFactory(), **{"body": LINK, **values})
    assert post.visibility == Post.Visibility.HELD
    drain_activity()
    return post


def held_topic_post(author: Member | None = None, **values: Any) -> Post:
    """Return the first post of a topic that is held, its review open."""
    topic = TopicFactory(author=author or MemberFactory(), **{"body": LINK, **values})
    drain_activity()
    return topic.posts.get()


def review_of(post: Post) -> Review:
    """Return the open review of a post."""
    return Review.objects.waiting().get(kind="forums.post", subject_id=post.pk)
