"""Reporting: once a member and thing, weighed, hidden when it weighs enough, told when it is settled."""

import pytest

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from community.core.errors import Denied, Invalid
from community.moderation.models import Flag, Review
from community.moderation.selectors import my_reports
from community.moderation.services import Ruling, decision_undo, flag_create, outcomes_tell, review_decide
from community.moderation.weights import KNOWN, NEW, STAFF, weight_of
from community.notifications.models import Notification
from forums.models import Post
from forums.services import post_hide
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import AdministratorFactory, MemberFactory, ModeratorFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db


def flag(post: Post, member=None, reason="spam", text="") -> Flag:
    return flag_create(
        member=member or MemberFactory(), kind="forums.post", subject_id=post.pk, reason=reason, text=text
    )


def test_the_same_member_reports_a_thing_once():
    post, member = PostFactory(), MemberFactory()

    first, second = flag(post, member), flag(post, member, "rude")

    assert first.pk == second.pk
    assert Review.objects.get().score == NEW


def test_a_topic_is_reported_as_its_first_post_and_a_member_as_themselves():
    topic, member = TopicFactory(), MemberFactory()

    reported = flag_create(member=member, kind="forums.topic", subject_id=topic.pk, reason="off_topic")
    person = flag_create(member=member, kind="members.member", subject_id=topic.author_id, reason="rude")

    assert (reported.kind, reported.subject_id) == ("forums.post", topic.posts.get().pk)
    assert (person.kind, person.subject_id) == ("members.member", topic.author_id)


def test_nobody_reports_their_own_or_what_they_cannot_see():
    post = PostFactory()
    staff = PostFactory(
        topic=TopicFactory(category=CategoryFactory(audience="staff"), author=ModeratorFactory()),
        author=ModeratorFactory(),
    )

    with pytest.raises(Denied):
        flag(post, post.author)
    with pytest.raises(LookupError):
        flag(staff)
    with pytest.raises(Denied):
        flag(post, MemberFactory(suspended=True))


def test_something_else_wants_words():
    with pytest.raises(Invalid):
        flag(PostFactory(), reason="other")


@pytest.mark.parametrize(
    ("figures", "weight"),
    [
        ({"is_staff": True, "is_known": True, "upheld": 0, "refused": 9}, STAFF),
        ({"is_staff": False, "is_known": False, "upheld": 0, "refused": 0}, NEW),
        ({"is_staff": False, "is_known": True, "upheld": 4, "refused": 0}, KNOWN),
        ({"is_staff": False, "is_known": True, "upheld": 9, "refused": 1}, 28),
        ({"is_staff": False, "is_known": True, "upheld": 1, "refused": 9}, 0),
    ],
)
def test_a_good_record_counts_more_and_a_bad_one_nothing(figures, weight):
    assert weight_of(**figures) == weight


def test_enough_reports_hide_until_somebody_has_looked():
    post = PostFactory()
    for _ in range(5):
        flag(post)
    post.refresh_from_db()
    assert post.visibility == "visible"

    flag(post)

    drain_activity()
    post.refresh_from_db()
    review = Review.objects.waiting().get()
    assert (post.visibility, review.score, review.hid) == ("hidden", 60, True)


def test_one_colleague_hides_at_once_but_never_a_colleague():
    post, colleagues = PostFactory(), PostFactory(author=ModeratorFactory())

    flag(post, SupportAgentFactory())
    flag(colleagues, SupportAgentFactory())

    assert Post.objects.get(pk=post.pk).visibility == "hidden"
    assert Post.objects.get(pk=colleagues.pk).visibility == "visible"


@pytest.mark.parametrize(("action", "state"), [("approve", "refused"), ("hide", "upheld")])
def test_the_outcome_is_told_when_it_can_no_longer_be_undone(action, state, frozen_clock):
    post, moderator = PostFactory(), ModeratorFactory()
    flagged = flag(post)
    review_decide(actor=moderator, review_id=flagged.review_id, ruling=Ruling(action=action))

    assert outcomes_tell() == 0
    assert my_reports(flagged.member).reports[0].state == "open"
    frozen_clock.shift(31)
    assert (outcomes_tell(), outcomes_tell()) == (1, 0)

    told = Activity.objects.get(type="moderation.flag_settled")
    assert told.payload == {"member_id": flagged.member_id, "upheld": state == "upheld"}
    assert my_reports(flagged.member).reports[0].state == state
    drain_activity()
    assert list(Notification.objects.filter(kind="report").values_list("member", flat=True)) == [flagged.member_id]


def test_undoing_lets_the_report_wait_again():
    flagged, moderator = flag(PostFactory()), ModeratorFactory()
    decision = review_decide(actor=moderator, review_id=flagged.review_id, ruling=Ruling(action="hide"))

    decision_undo(actor=moderator, batch=decision.batch)  # the clock runs: the report was settled in the same moment

    flagged.refresh_from_db()
    assert (flagged.state, flagged.settled_at) == ("open", None)


def test_what_a_moderator_hides_on_the_page_settles_its_reports():
    post = PostFactory()
    flagged = flag(post)

    post_hide(member=AdministratorFactory(), post_id=post.pk)
    drain_activity()

    flagged.refresh_from_db()
    assert flagged.state == "upheld"
    assert not Review.objects.waiting().exists()
