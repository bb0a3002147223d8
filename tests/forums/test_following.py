"""Read marks and levels."""

from itertools import permutations

import pytest

from community.core.errors import Denied
from forums.models import TopicMember
from forums.services import same_problem_toggle, topic_follow, topic_read_to, topics_read_all
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory
from tests.forums.log import recorded

pytestmark = pytest.mark.django_db
Level = TopicMember.Level


def test_read_marks_never_move_back_whatever_order_packets_come_in() -> None:
    topic, member = TopicFactory(), MemberFactory()
    for _ in range(6):
        PostFactory(topic=topic)

    for packets in permutations([1, 5, 3, 3, 2]):
        TopicMember.objects.filter(member=member).delete()
        for position, number in enumerate(packets):
            topic_read_to(member=member, topic_id=topic.pk, number=number)
            assert TopicMember.objects.get(member=member).last_read == max(packets[: position + 1])


def test_nobody_reads_past_the_end() -> None:
    topic, member = TopicFactory(), MemberFactory()

    topic_read_to(member=member, topic_id=topic.pk, number=10_000)

    assert TopicMember.objects.get(member=member).last_read == 1


def test_reading_does_not_follow() -> None:
    topic, member = TopicFactory(), MemberFactory()

    topic_read_to(member=member, topic_id=topic.pk, number=1)

    row = TopicMember.objects.get(member=member)
    assert (row.level, row.reason) == (Level.NORMAL, "")
    assert recorded("topic_followed") == []


def test_nobody_marks_what_they_may_not_see() -> None:
    topic = TopicFactory(category=CategoryFactory(audience="staff"), author=MemberFactory(roles=["moderator"]))

    with pytest.raises(Denied):
        topic_read_to(member=MemberFactory(), topic_id=topic.pk, number=1)


def test_all_at_once_reads_each_to_its_end_and_skips_what_is_not_visible() -> None:
    member, open_one = MemberFactory(), TopicFactory()
    PostFactory(topic=open_one)
    read_before = TopicFactory()
    topic_read_to(member=member, topic_id=read_before.pk, number=1)
    closed_one = TopicFactory(category=CategoryFactory(audience="staff"), author=MemberFactory(roles=["moderator"]))

    topics_read_all(member=member, topic_ids=[open_one.pk, read_before.pk, closed_one.pk])

    assert dict(TopicMember.objects.filter(member=member).values_list("topic_id", "last_read")) == {
        open_one.pk: 2,
        read_before.pk: 1,
    }


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ([Level.WATCHING], ["topic_followed"]),
        ([Level.WATCHING, Level.TRACKING, Level.WATCHING], ["topic_followed"]),
        ([Level.TRACKING, Level.NORMAL, Level.MUTED], ["topic_followed", "topic_unfollowed"]),
        ([Level.MUTED, Level.NORMAL], []),
    ],
)
def test_following_is_told_when_it_begins_and_ends(levels: list[int], told: list[str]) -> None:
    topic, member = TopicFactory(), MemberFactory()

    for level in levels:
        topic_follow(member=member, topic_id=topic.pk, level=level)

    row = TopicMember.objects.get(member=member)
    assert (row.level, row.reason) == (levels[-1], "chosen")
    assert [name for name, _id in recorded("topic_followed", "topic_unfollowed")] == told


def test_a_chosen_level_is_never_changed_by_a_rule() -> None:
    topic, member = TopicFactory(), MemberFactory()
    topic_follow(member=member, topic_id=topic.pk, level=Level.NORMAL)

    same_problem_toggle(member=member, topic_id=topic.pk, wanted=True)
    PostFactory(topic=topic, author=member)

    row = TopicMember.objects.get(member=member)
    assert (row.level, row.reason) == (Level.NORMAL, "chosen")


def test_there_are_only_four_levels() -> None:
    with pytest.raises(ValueError, match="9 is not a valid"):
        topic_follow(member=MemberFactory(), topic_id=TopicFactory().pk, level=9)
