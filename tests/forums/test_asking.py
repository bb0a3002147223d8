"""Asking questions and starting discussions."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from community.core.errors import Denied, Invalid
from forums.models import Category, Draft, Post, PostImage, Tag, Topic, TopicMember, TopicTag
from forums.services import draft_save, topic_ask, topic_start
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.factories.members import MemberFactory
from tests.forums.log import last_activity, recorded

pytestmark = pytest.mark.django_db


def test_a_question_is_a_topic_with_its_text_as_post_number_1() -> None:
    member, category = MemberFactory(), CategoryFactory(language="es")

    topic = topic_ask(
        member=member, category=category, title="  Why   so\nslow? ", body="It *takes* long.", tags=["Zoë", "L3"]
    )

    topic.refresh_from_db()
    post = topic.posts.get()
    assert (topic.title, topic.slug, topic.state, topic.language) == ("Why so slow?", "why-so-slow", "new", "es")
    assert (topic.post_count, topic.highest_number, topic.last_post_number, topic.answer_count) == (1, 1, 1, 0)
    assert topic.last_post_author == member
    assert topic.asked_at == topic.bumped_at == post.created_at
    assert (post.number, post.raw) == (1, "It *takes* long.")
    assert "<em>takes</em>" in post.cooked
    assert topic.tag_names == [["zoë", "Zoë"], ["l3", "L3"]]
    assert Category.objects.get().topic_count == 1


def test_the_log_hears_of_the_topic_and_of_its_text() -> None:
    topic = TopicFactory()

    assert recorded() == [("topic_asked", topic.pk), ("post_published", topic.posts.get().pk)]
    asked = {"category_id": topic.category_id, "author_id": topic.author_id, "help_id": 0}
    assert last_activity("topic_asked").payload == asked
    assert last_activity("post_published").payload == {"topic_id": topic.pk, "number": 1, "author_id": topic.author_id}


def test_a_discussion_is_open_and_recorded_as_started() -> None:
    topic = TopicFactory(category=CategoryFactory(discussion=True))

    assert (topic.kind, topic.state) == ("discussion", "open")
    assert recorded("topic_started") == [("topic_started", topic.pk)]


def test_the_author_watches_and_has_read_their_topic() -> None:
    topic = TopicFactory()

    row = TopicMember.objects.get()
    assert (row.member_id, row.level, row.reason, row.last_read) == (topic.author_id, 3, "author", 1)


def test_each_kind_of_category_takes_its_own_kind_of_topic() -> None:
    with pytest.raises(Invalid):
        topic_start(member=MemberFactory(), category=CategoryFactory(), title="A title", body="x")
    with pytest.raises(Invalid):
        topic_ask(member=MemberFactory(), category=CategoryFactory(discussion=True), title="A title", body="x")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  ab "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"body": " \n "}, "body"),
        ({"body": "<script>x</script>"}, "body"),
        ({"body": "x" * 30_001}, "body"),
        ({"tags": list("abcdef")}, "tags"),
        ({"tags": ["!!!"]}, "tags"),
        ({"tags": ["x" * 51]}, "tags"),
    ],
)
def test_what_cannot_be_posted_is_refused_beside_its_field(values: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        TopicFactory(**values)

    assert refused.value.field == field
    assert not Topic.objects.exists()
    assert recorded() == []


@pytest.mark.parametrize("trait", ["suspended", "unclaimed", "unconfirmed"])
def test_who_may_not_write_may_not_ask(trait: str) -> None:
    with pytest.raises(Denied):
        TopicFactory(author=MemberFactory(**{trait: True}))


def test_nobody_asks_where_they_may_not_read() -> None:
    with pytest.raises(Denied):
        TopicFactory(category=CategoryFactory(audience="role:support_agent"))


def test_sending_the_form_twice_makes_one_topic() -> None:
    member, category = MemberFactory(), CategoryFactory()
    form = {"member": member, "category": category, "title": "A question", "body": "x", "submission_key": "k1"}

    first, second = topic_ask(**form), topic_ask(**form)

    assert first == second
    assert Topic.objects.count() == 1
    assert len(recorded()) == 2


def test_the_same_key_of_another_member_is_another_form() -> None:
    category = CategoryFactory()

    TopicFactory(category=category, submission_key="k1")
    TopicFactory(category=category, submission_key="k1")

    assert Topic.objects.count() == 2


def test_topics_share_tags_of_their_site_whatever_the_case() -> None:
    TopicFactory(tags=["Firmware", "firmware "])
    second = TopicFactory(tags=["FIRMWARE", "new one"])

    assert list(Tag.objects.order_by("slug").values_list("slug", "name")) == [
        ("firmware", "Firmware"),
        ("new-one", "new one"),
    ]
    assert TopicTag.objects.filter(topic=second).count() == 2
    assert second.tag_names == [["firmware", "Firmware"], ["new-one", "new one"]]


def test_posting_ends_the_draft_it_came_from() -> None:
    member = MemberFactory()
    draft_save(member=member, context="ask", sequence=0, body="begun")

    TopicFactory(author=member, draft_context="ask")

    assert not Draft.objects.exists()


def test_pictures_of_ours_in_the_text_are_linked_to_the_post() -> None:
    topic = TopicFactory(body="![a](/media/post/1/a.webp) ![b](https://e.example/b.png)")

    assert PostImage.objects.get().url == "/media/post/1/a.webp"
    assert PostImage.objects.get().post == Post.objects.get(topic=topic)


def test_a_time_of_its_own_is_kept() -> None:
    at = datetime(2024, 5, 1, 12, tzinfo=UTC)

    topic = TopicFactory(occurred_at=at, origin="seed")

    assert topic.asked_at == topic.bumped_at == at
    assert (last_activity("topic_asked").occurred_at, last_activity("topic_asked").origin) == (at, "seed")


def test_mentions_link_to_profiles_without_a_language_prefix() -> None:
    MemberFactory(handle="ana-lu")
    with override("es"):
        topic = TopicFactory(body="Ask @Ana-Lu or @nobody-here")

    assert '<a href="/m/ana-lu/"' in topic.posts.get().cooked
    assert "@nobody-here" in topic.posts.get().cooked


@pytest.mark.parametrize(
    ("title", "slug"), [("Follow", "follow-topic"), ("Same problem", "same-problem-topic"), ("?????", "topic")]
)
def test_no_slug_is_taken_for_an_action(title: str, slug: str) -> None:
    assert TopicFactory(title=title).slug == slug
