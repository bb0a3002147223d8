"""What members say with one press: this is my problem, too; this helped."""

from django.db import transaction
from django.db.models import F

from community.activity.log import record
from community.members.models import Member
from forums.activities import HelpfulGiven, HelpfulTaken, SameProblemJoined, SameProblemLeft
from forums.locks import topic_lock
from forums.models import Helpful, Post, SameProblem, Topic, TopicMember
from forums.permissions import helpful_toggle_check, same_problem_toggle_check
from forums.services.counters import score_shift
from forums.services.following import follow_automatically, follow_withdraw


def same_problem_toggle(*, member: Member, topic_id: int, wanted: bool, origin: str = "web") -> bool:
    """Say that `member` has the problem of a question, too (and then watches it), or no longer has.

    Args:
        wanted: what it shall be afterwards, so that sending twice does no harm.
    Returns: whether anything changed.
    Raises: Topic.DoesNotExist, Denied. Idempotent: yes. Queries: 9 or less.
    """
    with transaction.atomic():
        topic = topic_lock(topic_id)
        same_problem_toggle_check(member, topic)
        votes = SameProblem.objects.filter(topic=topic, member=member)
        if votes.exists() == wanted:
            return False
        by = 1 if wanted else -1
        if wanted:
            SameProblem.objects.create(topic=topic, member=member)
            watching, reason = TopicMember.Level.WATCHING, TopicMember.Reason.SAME_PROBLEM
            follow_automatically(topic.pk, member.pk, level=watching, reason=reason)
        else:
            votes.delete()
            follow_withdraw(topic.pk, member.pk, reason=TopicMember.Reason.SAME_PROBLEM)
        Topic.objects.filter(pk=topic.pk).update(same_problem_count=F("same_problem_count") + by, score=F("score") + by)
        payload = SameProblemJoined if wanted else SameProblemLeft
        record(payload(author_id=topic.author_id), subject_id=topic.pk, actor_id=member.pk, origin=origin)
    return True


def helpful_toggle(*, member: Member, post_id: int, wanted: bool, origin: str = "web") -> bool:
    """Say that a post helped `member`, or take that back; never one's own.

    Args:
        wanted: what it shall be afterwards, so that sending twice does no harm.
    Returns: whether anything changed.
    Raises: Post.DoesNotExist, Denied. Idempotent: yes. Queries: 9 or less.
    """
    with transaction.atomic():
        topic = topic_lock(Post.objects.values_list("topic_id", flat=True).get(pk=post_id))
        post = Post.objects.defer("raw", "cooked").get(pk=post_id)
        post.topic = topic
        helpful_toggle_check(member, post)
        votes = Helpful.objects.filter(post=post, member=member)
        if votes.exists() == wanted:
            return False
        by = 1 if wanted else -1
        if wanted:
            Helpful.objects.create(post=post, member=member)
        else:
            votes.delete()
        Post.objects.filter(pk=post.pk).update(helpful_count=F("helpful_count") + by)
        score_shift(topic.pk, by)
        payload = HelpfulGiven if wanted else HelpfulTaken
        payload_of_post = payload(topic_id=topic.pk, author_id=post.author_id)
        record(payload_of_post, subject_id=post.pk, actor_id=member.pk, origin=origin)
    return True


def answer_thank(*, member_id: int, topic_id: int) -> bool:
    """Say that the accepted answer of a topic helped a member; False when it has none, or that was said before.

    Raises: Topic.DoesNotExist; Denied for one's own. Idempotent: yes. Queries: 11 or less.
    """
    accepted: int | None = Topic.objects.values_list("accepted_post_id", flat=True).get(pk=topic_id)
    if accepted is None:
        return False
    return helpful_toggle(member=Member.objects.get(pk=member_id), post_id=accepted, wanted=True)
