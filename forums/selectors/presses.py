"""What a button shows after it was pressed, and names to mention."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from community.members.models import Member
from forums.models import Helpful, Post

SUGGESTED = 8


@dataclass(frozen=True, kw_only=True)
class HelpfulPress:
    """The "Helpful" button of one post."""

    id: int
    helpful_total: int
    helped: bool
    may_press: bool = True


def helpful_press(post_id: int, *, viewer: Any) -> HelpfulPress:
    """Return the button of a post the viewer just pressed. Raises: Http404. Queries: 1."""
    helped = Exists(Helpful.objects.filter(post=OuterRef("pk"), member=viewer))
    post = Post.objects.visible_to(viewer).filter(pk=post_id).annotate(helped=helped).defer("raw", "cooked").first()
    if post is None:
        raise Http404
    return HelpfulPress(id=post.pk, helpful_total=post.helpful_total, helped=post.helped)


def topic_id_of(post_id: int) -> int:
    """Return the topic a post is in. Raises: Http404. Queries: 1."""
    topic_id = Post.objects.filter(pk=post_id).values_list("topic_id", flat=True).first()
    if topic_id is None:
        raise Http404
    return topic_id


def members_starting(start: str) -> list[tuple[str, str]]:
    """Return (handle, name) of members whose handle or name begins with `start`. Queries: 1, 0 for nothing."""
    start = start.strip()[:40]
    if not start:
        return []
    found = Member.objects.joined().filter(Q(handle__startswith=start.lower()) | Q(name__istartswith=start))
    members = found.only("handle", "name", "state").order_by("handle")[:SUGGESTED]
    return [(member.handle, member.display_name) for member in members]
