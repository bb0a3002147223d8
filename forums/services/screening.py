"""What members write in the forums is judged before anybody sees it; imports and the seed are not."""

from collections.abc import Iterable

from community.activity.log import record
from community.activity.screening import Verdict, Writing, screen
from community.core.markup import Cooked
from community.members.models import Member
from forums.activities import PostHeld
from forums.models import Post

KIND = "forums.post"


def text_judge(
    *,
    member: Member,
    site_id: int,
    body: str,
    cooked: Cooked,
    words: Iterable[str] = (),
    post: Post | None = None,
    origin: str,
) -> Verdict:
    """Return what is to become of a text. Raises: Invalid when it is refused. Queries: 3 as a rule, 0 for an import.

    Args:
        words: title and tags of a topic.
    """
    text = "\n".join((*words, body))
    writing = Writing(
        kind=KIND, author=member, text=text, html=cooked.html, site_id=site_id, subject_id=post.pk if post else None
    )
    return screen(writing, origin=origin)


def held_tell(post: Post, verdict: Verdict, *, origin: str, help_id: int = 0) -> None:
    """Record that a new post waits for review. Queries: 2."""
    held = PostHeld(
        topic_id=post.topic_id,
        number=post.number,
        author_id=post.author_id,
        reasons=tuple(verdict.reasons),
        help_id=help_id,
    )
    record(held, subject_id=post.pk, actor_id=post.author_id, origin=origin, occurred_at=post.created_at)
