"""Two moderators, two reports, two sendings in the same moment. Runs on SQLite and on PostgreSQL."""

import pytest

from community.activity.delivery import drain_activity
from community.core.errors import Conflict
from community.members.models import Member
from community.moderation.models import Decision, Flag, HeldChange, Review
from community.moderation.services import Ruling, decision_undo, flag_create, review_claim, review_decide
from forums.models import Post
from forums.services import post_edit
from tests.factories.forums import PostFactory
from tests.factories.members import MemberFactory, ModeratorFactory, SupportAgentFactory
from tests.forums.test_races import at_once
from tests.moderation.worlds import LINK, held_post, review_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_moderators_claims_it() -> None:
    review, moderators = review_of(held_post()), [ModeratorFactory() for _ in range(4)]

    claimed = at_once(*(lambda m=m: review_claim(actor=m, review_id=review.pk) for m in moderators))

    assert sorted(claimed) == [False, False, False, True]


def test_one_of_two_decisions_counts() -> None:
    post, moderators = held_post(), [ModeratorFactory() for _ in range(2)]
    review_id = review_of(post).pk
    actions = ("approve", "hide")

    results = at_once(
        *(
            lambda m=m, a=a: review_decide(actor=m, review_id=review_id, ruling=Ruling(action=a))
            for m, a in zip(moderators, actions, strict=True)
        )
    )

    (decided,) = (result for result in results if isinstance(result, Decision))
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert Decision.objects.count() == 1
    assert Post.objects.get(pk=post.pk).visibility == {"approve": "visible", "hide": "hidden"}[decided.action]


def test_undoing_twice_at_once_undoes_once() -> None:
    moderator, post = ModeratorFactory(), held_post()
    decision = review_decide(actor=moderator, review_id=review_of(post).pk, ruling=Ruling(action="hide"))

    results = at_once(*(lambda: decision_undo(actor=moderator, batch=decision.batch) for _ in range(2)))

    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert Decision.objects.filter(action="undo").count() == 1


def test_reports_at_once_are_one_review_and_hide_once() -> None:
    post = PostFactory()
    people = [SupportAgentFactory(), MemberFactory(), MemberFactory(), MemberFactory()]

    def report(member: Member) -> Flag | None:
        try:
            return flag_create(member=member, kind="forums.post", subject_id=post.pk, reason="spam")
        except LookupError:
            return None  # hidden by the others before it was this one's turn

    flags = [flag for flag in at_once(*(lambda m=m: report(m) for m in people)) if flag]
    drain_activity()

    review = Review.objects.get()
    assert (review.score, review.hid, Flag.objects.count()) == (sum(f.weight for f in flags), True, len(flags))
    assert Post.objects.get(pk=post.pk).visibility == "hidden"


def test_the_same_member_reporting_twice_at_once_reports_once() -> None:
    post, member = PostFactory(), MemberFactory()
    report = {"member": member, "kind": "forums.post", "subject_id": post.pk, "reason": "spam"}

    first, second = at_once(*(lambda: flag_create(**report) for _ in range(2)))

    assert first.pk == second.pk
    assert Flag.objects.count() == 1


def test_a_change_held_while_another_is_decided_deadlocks_nothing() -> None:
    post, moderator = PostFactory(), ModeratorFactory()
    post_edit(member=post.author, post_id=post.pk, body=LINK, edit_number=0)
    review = Review.objects.get()

    at_once(
        lambda: review_decide(actor=moderator, review_id=review.pk, ruling=Ruling(action="approve")),
        lambda: post_edit(member=post.author, post_id=post.pk, body=f"{LINK} More.", edit_number=0),
    )

    waiting = HeldChange.objects.waiting().count()
    assert waiting + HeldChange.objects.filter(state="applied").count() >= 1
    assert Review.objects.waiting().count() == waiting
