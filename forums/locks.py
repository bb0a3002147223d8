"""Row locks: the one place that takes them. Always the topic before its posts, topics in order of id.

PostgreSQL locks the row; SQLite has no row locks and needs none: transactions begin IMMEDIATE, one writer at a time.
"""

from forums.models import Draft, Post, Topic


def topic_lock(topic_id: int) -> Topic:
    """Lock and load a topic with its category. Raises: Topic.DoesNotExist. Queries: 1."""
    return Topic.objects.select_related("category").select_for_update(of=("self",)).get(pk=topic_id)


def draft_lock(member_id: int, context: str) -> Draft | None:
    """Lock and load a draft, None when there is none. Queries: 1."""
    return Draft.objects.select_for_update().filter(member_id=member_id, context=context).first()


def post_lock(post_id: int) -> Post:
    """Lock the topic of a post and load both. Raises: Post.DoesNotExist. Queries: 3."""
    topic_id = Post.objects.values_list("topic_id", flat=True).get(pk=post_id)
    topic = topic_lock(topic_id)
    post = Post.objects.get(pk=post_id)
    post.topic = topic
    return post
