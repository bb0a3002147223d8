"""What waits for a moderator: held texts of every kind, a report, a spam wave."""

from typing import Any

from community.members.models import Member
from community.members.services import profile_update
from community.moderation.models import HeldChange, Review
from community.moderation.services import flag_create, review_open
from forums.models import Category, Topic
from forums.services import post_edit
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory

HELD_WORD = "canaryheld"
"""Only its author and moderators read it."""
REPORT_WORD = "canaryreport"
"""Only who reported and moderators read it."""
LINK = f"https://{HELD_WORD}.example/shop"


def held_build(owner: Member, category: Category, topic: Topic, reply: Any) -> dict[str, Any]:
    """Hold a topic, a reply, a change of a post and a change of a profile of `owner`; report `reply`; begin a wave."""
    changes = HeldChange.objects.count()  # a served community has some of its own, and its worker opens more reviews
    held = TopicFactory(
        category=category, author=owner, title=f"Topic {HELD_WORD}", body=f"Read {LINK}", tags=[HELD_WORD]
    )
    held.slug = "held-topic"
    held.save(update_fields=["slug"])
    post = PostFactory(topic=topic, author=owner, body=f"Reply {LINK}")
    own = topic.posts.get(number=1)
    post_edit(member=owner, post_id=own.pk, body=f"Changed {LINK}", edit_number=own.edit_number, title=f"T {HELD_WORD}")
    profile_update(owner, member=owner, changes={"title": f"Sells {LINK}"})
    assert (held.visibility, post.visibility, HeldChange.objects.count() - changes) == ("held", "held", 2)
    flag_create(member=owner, kind="forums.post", subject_id=reply.pk, reason="other", text=f"I say {REPORT_WORD}")
    for author in MemberFactory.create_batch(3):
        for _ in range(2):
            TopicFactory(category=category, author=author, body="Cheap at https://wave.example/now")
    review = review_open(kind="forums.post", subject_id=post.pk, site_id=category.site_id, author_id=owner.pk)
    assert Review.objects.waiting().count() >= 4
    return {
        "held_topic": held.pk,
        "held_slug": held.slug,
        "held_post": post.pk,
        "held_review": review.pk,
    }
