"""Screening comes before anything is visible: pass, hold, refuse; nothing is ever lost."""

import re

import pytest
from wagtail.models import Site

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from community.activity.screening import FAILED
from community.core.errors import Denied, Invalid
from community.members.services import member_sign_up, profile_update
from community.moderation.models import HeldChange, Review, ScreenTrace
from community.moderation.services import Ruling, ScreeningDesk, blocked_add, review_decide, rule_set
from community.moderation.services.desk import traces_expire
from forums.models import Category, Draft, Post, Topic
from forums.services import draft_save, post_delete, post_edit, post_visibility_set, reply_create, topic_ask
from ideas.services import comment_edit, idea_edit
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.ideas import CommentFactory, IdeaFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.moderation.worlds import LINK, held_post, held_topic_post, review_of

pytestmark = pytest.mark.django_db


def recorded() -> list[str]:
    return [name.partition(".")[2] for name in Activity.objects.order_by("pk").values_list("type", flat=True)]


def site_id() -> int:
    return Site.objects.get(is_default_site=True).pk


def test_first_posts_with_links_are_held_and_later_ones_are_not():
    member, topic = MemberFactory(), TopicFactory()
    assert PostFactory(topic=topic, author=member, body=LINK).visibility == "held"
    for _ in range(3):
        PostFactory(topic=topic, author=member)

    assert PostFactory(topic=topic, author=member, body=LINK).visibility == "visible"


def test_a_held_reply_counts_nowhere_and_leaves_no_trace_for_others(client):
    topic = TopicFactory()
    post = PostFactory(topic=topic, body=LINK)

    page = client.get(f"/t/{topic.pk}/{topic.slug}/").content.decode()

    topic.refresh_from_db()
    assert (topic.post_count, topic.answer_count, topic.last_post_number, topic.highest_number) == (1, 0, 1, 2)
    assert topic.state == "new"
    assert f"post-{post.number}" not in page
    assert "post_published" not in recorded()[recorded().index("post_held") :]


def test_its_author_sees_it_and_can_change_it_and_take_it_back(client):
    author = MemberFactory()
    post = held_topic_post(author)
    client.force_login(author)

    page = client.get(f"/t/{post.topic_id}/{post.topic.slug}/").content.decode()
    post_edit(member=author, post_id=post.pk, body="Without a link now.", edit_number=post.edit_number)

    post.refresh_from_db()
    assert "Held for review" in page
    assert (post.raw, post.visibility, post.edits.count()) == ("Without a link now.", "held", 0)
    assert "post_edited" not in recorded()
    post_delete(member=author, post_id=post.pk)
    drain_activity()
    assert not Review.objects.waiting().exists()


def test_a_topic_that_is_held_is_asked_when_it_is_approved():
    post = held_topic_post()
    before = len(recorded())

    post_visibility_set(post_id=post.pk, visibility="visible", actor_id=None)

    assert recorded()[before:] == ["topic_asked", "post_published"]
    assert Category.objects.get().topic_count == 1
    assert Topic.objects.get().post_count == 1


def test_what_was_rejected_while_held_is_published_when_restored():
    post = held_post()
    post_visibility_set(post_id=post.pk, visibility="hidden", actor_id=None)
    before = len(recorded())

    post_visibility_set(post_id=post.pk, visibility="visible", actor_id=None)
    post_visibility_set(post_id=post.pk, visibility="hidden", actor_id=None)
    post_visibility_set(post_id=post.pk, visibility="visible", actor_id=None)

    assert recorded()[before:] == ["post_published", "post_hidden", "post_restored"]


def test_a_refused_text_is_not_stored_and_its_draft_stays():
    blocked_add(actor=ModeratorFactory(), site_id=site_id(), kind="word", value="Frobnicator")
    member, topic = MemberFactory(), TopicFactory()
    draft_save(member=member, context=f"reply:{topic.pk}", sequence=0, body="A frobnicator!")

    with pytest.raises(Invalid) as refused:
        reply_create(member=member, topic_id=topic.pk, body="A frobnicator!")

    assert "not wanted here" in str(refused.value.reason)
    assert Post.objects.filter(author=member).count() == 0
    assert Draft.objects.filter(member=member).count() == 1


WORD = "frobnicator"
WRITES = {
    "title": lambda: TopicFactory(title=f"Buy a {WORD}"),
    "tag": lambda: TopicFactory(tags=[WORD]),
    "picture": lambda: PostFactory(body=f"![A {WORD}](/media/post/1/a.webp)"),
    "link": lambda: PostFactory(body=f"[Read](https://{WORD}.example/)"),
    "answer changed": lambda: _edited(PostFactory(), WORD),
    "title changed": lambda: _edited(TopicFactory().posts.get(), "As it was.", title=f"A {WORD}"),
    "idea": lambda: IdeaFactory(title=f"Sell a {WORD}"),
    "idea's text": lambda: IdeaFactory(body=WORD),
    "idea changed": lambda: _idea_edited(IdeaFactory()),
    "comment": lambda: CommentFactory(body=WORD),
    "comment changed": lambda: _comment_edited(CommentFactory()),
    "name on joining": lambda: _joined(name=WORD),
    "handle on joining": lambda: _joined(handle=WORD),
    **{
        field: (lambda field=field: _profile(MemberFactory(), field))
        for field in ("name", "handle", "title", "organisation")
    },
}


def _edited(post, body, **more):
    return post_edit(member=post.author, post_id=post.pk, body=body, edit_number=0, **more)


def _idea_edited(idea):
    return idea_edit(member=idea.author, idea_id=idea.pk, title=idea.title, body=WORD, edit_number=0)


def _comment_edited(comment):
    return comment_edit(member=comment.author, comment_id=comment.pk, body=WORD, edit_number=0)


def _joined(name="Ada New", handle=""):
    return member_sign_up(name=name, handle=handle, email="ada@example.com", password=None, language="en")


def _profile(member, field):
    return profile_update(member, member=member, changes={field: WORD})


@pytest.mark.parametrize("write", WRITES)
def test_every_text_a_member_writes_is_judged(write):
    blocked_add(actor=ModeratorFactory(), site_id=site_id(), kind="word", value=WORD)

    with pytest.raises(Invalid):
        WRITES[write]()


def test_a_new_member_whose_name_is_held_goes_by_one_that_says_nothing_of_it():
    member = _joined(name="Cheap at https://shop.example")

    assert re.fullmatch(r"member-\d{8}", member.name)
    assert member.handle == member.name
    review = Review.objects.waiting().get()
    review_decide(actor=ModeratorFactory(), review_id=review.pk, ruling=Ruling(action="approve"))

    member.refresh_from_db()
    assert (member.name, member.handle) == ("Cheap at https://shop.example", "cheap-at-https-shop-example")


def test_a_screening_that_fails_holds_and_loses_nothing(monkeypatch):
    def broken(self, writing):
        raise RuntimeError("out of order")

    topic = TopicFactory()
    monkeypatch.setattr(ScreeningDesk, "judge", broken)
    post = PostFactory(topic=topic, body="An innocent text.")
    drain_activity()

    assert (post.raw, post.visibility) == ("An innocent text.", "held")
    assert review_of(post).reasons == [FAILED]


def test_a_held_change_of_a_visible_post_waits_while_the_old_text_stays():
    post = PostFactory(body="An honest answer.")

    post_edit(member=post.author, post_id=post.pk, body=LINK, edit_number=0)

    post.refresh_from_db()
    assert (post.raw, post.visibility, post.edit_number) == ("An honest answer.", "visible", 0)
    assert HeldChange.objects.waiting().get().change["body"] == LINK
    assert "post_edited" not in recorded()


def test_changing_it_again_replaces_what_waits():
    post = PostFactory()
    for body in (LINK, f"{LINK} And more."):
        post_edit(member=post.author, post_id=post.pk, body=body, edit_number=0)

    assert [change.change["body"] for change in HeldChange.objects.all()] == [f"{LINK} And more."]
    assert Review.objects.waiting().count() == 1


def test_a_profile_text_with_a_link_waits_and_the_rest_is_saved():
    member = MemberFactory(title="installer")

    profile_update(member, member=member, changes={"title": "https://shop.example", "language": "es"})

    member.refresh_from_db()
    assert (member.title, member.language) == ("installer", "es")
    assert HeldChange.objects.get().change == {"title": "https://shop.example"}


def test_colleagues_imports_and_the_seed_are_not_judged():
    topic = TopicFactory()

    assert PostFactory(topic=topic, author=ModeratorFactory(), body=LINK).visibility == "visible"
    assert PostFactory(topic=topic, body=LINK, origin="seed").visibility == "visible"


def test_the_same_text_elsewhere_is_held_but_sending_a_form_twice_is_one_topic():
    member, category = MemberFactory(), CategoryFactory()
    long = "This very same sentence is said in more than one place, word for word."
    first = topic_ask(member=member, category=category, title="A question", body=long, submission_key="k")
    again = topic_ask(member=member, category=category, title="A question", body=long, submission_key="k")

    third = topic_ask(member=member, category=category, title="A question", body=long, submission_key="k2")

    assert (again.pk, first.visibility, third.visibility) == (first.pk, "visible", "held")


def test_a_rule_can_be_switched_off_by_moderators_only():
    rule = {"site_id": site_id(), "screen": "newcomer_links", "action": "off", "limit": 1}
    with pytest.raises(Denied):
        rule_set(actor=MemberFactory(), **rule)

    rule_set(actor=ModeratorFactory(), **rule)

    assert PostFactory(body=LINK).visibility == "visible"


def test_traces_are_forgotten_after_a_week(frozen_clock):
    PostFactory()
    frozen_clock.shift(8 * 86400)

    assert traces_expire() == 2
    assert not ScreenTrace.objects.exists()
