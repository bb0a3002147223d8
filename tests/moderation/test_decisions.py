"""One queue: who is on a thing, what is decided, undone and logged."""

import pytest
from wagtail.models import Site

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from community.core.errors import Conflict, Denied, Gone
from community.members.services import profile_update
from community.moderation.models import Decision, HeldChange, Review
from community.moderation.selectors import log_page, my_reports, next_review_id
from community.moderation.services import (
    Ruling,
    decision_undo,
    outcomes_tell,
    review_claim,
    review_decide,
    review_note,
    review_release,
    review_skip,
)
from community.notifications.models import Notification
from forums.models import Post, PostEdit
from forums.services import post_delete, post_edit
from tests.factories.forums import PostFactory
from tests.factories.members import MemberFactory, ModeratorFactory, ProductManagerFactory, SupportAgentFactory
from tests.moderation.worlds import LINK, held_post, held_topic_post, review_of

pytestmark = pytest.mark.django_db
REJECT = Ruling(action="reject", reason="advertising", message="Please write it without the shop.")


def site() -> Site:
    return Site.objects.get(is_default_site=True)


def decide(post: Post, ruling: Ruling, actor=None) -> Decision:
    return review_decide(actor=actor or ModeratorFactory(), review_id=review_of(post).pk, ruling=ruling)


def state(post: Post) -> str:
    return Post.objects.get(pk=post.pk).visibility


def test_approval_publishes_and_closes():
    post = held_topic_post()

    decide(post, Ruling(action="approve"))
    drain_activity()

    assert state(post) == "visible"
    assert not Review.objects.waiting().exists()
    assert Activity.objects.filter(type="forums.post_published", subject_id=post.pk).count() == 1


def test_rejection_hides_and_tells_the_author_once_it_is_final(frozen_clock):
    post = held_post()

    decide(post, REJECT)
    assert not my_reports(post.author).told
    frozen_clock.shift(31)
    assert (outcomes_tell(), outcomes_tell()) == (1, 0)

    assert state(post) == "hidden"
    assert my_reports(post.author).told[0].message == REJECT.message
    told = Activity.objects.get(type="moderation.author_told")
    assert told.payload["author_id"] == post.author_id
    drain_activity()
    assert list(Notification.objects.filter(kind="told").values_list("member", flat=True)) == [post.author_id]


def test_a_moderator_edits_and_approves():
    post = held_post()

    decide(post, Ruling(action="revise", text="Without the shop."))

    assert (state(post), Post.objects.get(pk=post.pk).raw) == ("visible", "Without the shop.")
    assert not PostEdit.objects.exists()


@pytest.mark.parametrize("action", ["approve", "reject", "hide", "revise"])
def test_undo_restores_the_thing_and_the_queue_and_the_log_says_both(action):
    moderator, post = ModeratorFactory(), held_post()
    review = review_of(post)
    decision = decide(post, Ruling(action=action, message="Why", text=LINK), moderator)
    drain_activity()

    decision_undo(actor=moderator, batch=decision.batch)
    drain_activity()

    review.refresh_from_db()
    assert (state(post), review.state, review.claimed_by_id) == ("held", "open", moderator.pk)
    rows = log_page(moderator, site=site(), query={}).rows
    assert [(row.action, row.is_undone) for row in rows] == [("undo", False), (action, True)]
    with pytest.raises(Conflict):
        decision_undo(actor=moderator, batch=decision.batch)


def test_undo_is_for_thirty_seconds_and_for_who_decided(frozen_clock):
    moderator = ModeratorFactory()
    first, second = (decide(held_post(), Ruling(action="hide"), moderator) for _ in range(2))

    with pytest.raises(Conflict):
        decision_undo(actor=ModeratorFactory(), batch=first.batch)
    frozen_clock.shift(31)
    with pytest.raises(Conflict):
        decision_undo(actor=moderator, batch=second.batch)


def test_approved_again_after_an_undo_is_not_asked_twice():
    moderator, post = ModeratorFactory(), held_topic_post()
    decision = decide(post, Ruling(action="approve"), moderator)
    decision_undo(actor=moderator, batch=decision.batch)

    decide(post, Ruling(action="approve"), moderator)

    types = list(Activity.objects.filter(subject_kind__startswith="forums.").values_list("type", flat=True))
    assert types.count("forums.topic_asked") == 1
    assert types[-1] == "forums.post_restored"


def test_a_thing_is_in_one_hand(frozen_clock):
    first, second, post = ModeratorFactory(), ModeratorFactory(), held_post()
    review = review_of(post)

    assert review_claim(actor=first, review_id=review.pk)
    assert not review_claim(actor=second, review_id=review.pk)
    with pytest.raises(Conflict):
        decide(post, Ruling(action="approve"), second)
    assert next_review_id(second, site=site()) is None
    review_release(actor=first, review_id=review.pk)
    assert review_claim(actor=second, review_id=review.pk)
    frozen_clock.shift(601)
    assert review_claim(actor=first, review_id=review.pk)


def test_nothing_is_decided_twice():
    post = held_post()
    review = review_of(post)
    decide(post, Ruling(action="approve"))

    with pytest.raises(Conflict):
        review_decide(actor=ModeratorFactory(), review_id=review.pk, ruling=Ruling(action="hide"))
    assert state(post) == "visible"


def test_what_its_author_deleted_meanwhile_is_gone():
    post = held_post()
    review = review_of(post)
    Post.objects.filter(pk=post.pk).update(visibility="visible")
    Post.objects.filter(pk=post.pk).delete()

    with pytest.raises(Gone):
        review_decide(actor=ModeratorFactory(), review_id=review.pk, ruling=Ruling(action="approve"))
    assert not Review.objects.waiting().exists()


def test_skipping_leaves_it_to_others_for_half_an_hour(frozen_clock):
    moderator, post = ModeratorFactory(), held_post()
    review_skip(actor=moderator, review_id=review_of(post).pk)

    assert next_review_id(moderator, site=site()) is None
    assert next_review_id(ModeratorFactory(), site=site()) == review_of(post).pk
    frozen_clock.shift(1801)
    assert next_review_id(moderator, site=site()) == review_of(post).pk


def test_the_oldest_comes_first(frozen_clock):
    old = held_post()
    frozen_clock.shift(60)
    held_post()

    assert next_review_id(ModeratorFactory(), site=site()) == review_of(old).pk


def test_product_and_support_do_not_moderate():
    post = held_post()
    for persona in (ProductManagerFactory(), SupportAgentFactory(), MemberFactory()):
        with pytest.raises(Denied):
            decide(post, Ruling(action="approve"), persona)
        with pytest.raises(Denied):
            review_note(actor=persona, review_id=review_of(post).pk, note="I look.")


@pytest.mark.parametrize("action", ["approve", "hide"])
def test_a_held_change_is_made_or_dropped_and_both_can_be_undone(action):
    moderator, post = ModeratorFactory(), PostFactory(body="An honest answer.")
    post_edit(member=post.author, post_id=post.pk, body=LINK, edit_number=0)
    review = Review.objects.waiting().get()

    decision = review_decide(actor=moderator, review_id=review.pk, ruling=Ruling(action=action))
    post.refresh_from_db()
    assert post.raw == (LINK if action == "approve" else "An honest answer.")

    decision_undo(actor=moderator, batch=decision.batch)
    post.refresh_from_db()
    assert (post.raw, PostEdit.objects.count()) == ("An honest answer.", 0)
    assert HeldChange.objects.waiting().count() == 1


def test_a_change_of_a_post_that_changed_meanwhile_is_refused():
    post = PostFactory()
    post_edit(member=post.author, post_id=post.pk, body=LINK, edit_number=0)
    post_edit(member=ModeratorFactory(), post_id=post.pk, body="Other words.", edit_number=0)

    with pytest.raises(Conflict):
        review_decide(
            actor=ModeratorFactory(), review_id=Review.objects.waiting().get().pk, ruling=Ruling(action="approve")
        )
    assert HeldChange.objects.waiting().exists()


def test_a_held_profile_is_approved():
    member = MemberFactory()
    profile_update(member, member=member, changes={"title": "https://shop.example"})

    review = Review.objects.waiting().get()
    review_decide(actor=ModeratorFactory(), review_id=review.pk, ruling=Ruling(action="approve"))

    member.refresh_from_db()
    assert member.title == "https://shop.example"


def test_the_log_is_append_only():
    decision = decide(held_post(), Ruling(action="hide"))

    with pytest.raises(TypeError):
        decision.save()
    with pytest.raises(TypeError):
        decision.delete()


def test_what_its_author_takes_back_leaves_the_queue():
    post = held_post()

    post_delete(member=post.author, post_id=post.pk)
    drain_activity()

    assert not Review.objects.waiting().exists()
