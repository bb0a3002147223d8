"""How strangers meet topics, posts and categories."""

from typing import Any

import pytest
from django.utils.translation import override

from community.activity.subjects import subject_of
from forums.models import Category, Post, Topic
from forums.services import answer_accept, helpful_toggle, post_delete, post_hide
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.forums.log import recorded

pytestmark = pytest.mark.django_db


def test_cards_have_paths_without_language_prefix() -> None:
    topic = TopicFactory(title="It jams", body="It **jams** in the cold.", category__slug="locks")
    post = PostFactory(topic=topic, body="Grease it.")

    with override("es"):
        topics = subject_of("forums.topic").cards([topic.pk])
        posts = subject_of("forums.post").cards([post.pk])
        categories = subject_of("forums.category").cards([topic.category_id])

    assert (topics[topic.pk].title, topics[topic.pk].url) == ("It jams", f"/t/{topic.pk}/it-jams/")
    assert topics[topic.pk].excerpt == "It jams in the cold."
    assert posts[post.pk].url == f"/t/{topic.pk}/it-jams/#post-2"
    assert posts[post.pk].author_id == post.author_id
    assert categories[topic.category_id].url == "/c/locks/"


def test_search_finds_visible_topics_and_replies_as_plain_text() -> None:
    topic = TopicFactory(title="It jams", body="It **jams**.", tags=["L3"], language="de")
    post = PostFactory(topic=topic, body="Grease *it*.")
    helpful_toggle(member=MemberFactory(), post_id=post.pk, wanted=True)
    answer_accept(member=topic.author, post_id=post.pk)

    found = subject_of("forums.topic").search_documents([topic.pk])[topic.pk]
    reply = subject_of("forums.post").search_documents([post.pk, topic.posts.get(number=1).pk])

    assert (found.title, found.body, found.language, found.tags, found.state) == (
        "It jams",
        "It jams.",
        "de",
        ("l3",),
        "solved",
    )
    assert "public" in found.audience
    assert (found.signals["votes"], found.solved) == (1, True)
    assert found.replies == "Grease it."
    assert reply.keys() == {post.pk}
    assert (reply[post.pk].body, reply[post.pk].state, reply[post.pk].signals["votes"]) == ("Grease it.", "accepted", 1)


def test_search_forgets_what_is_hidden_or_deleted() -> None:
    kept, hidden_topic = PostFactory(), PostFactory()
    deleted = PostFactory(topic=kept.topic)
    post_delete(member=deleted.author, post_id=deleted.pk)
    post_hide(member=ModeratorFactory(), post_id=hidden_topic.topic.posts.get(number=1).pk)

    topics = subject_of("forums.topic").search_documents([kept.topic_id, hidden_topic.topic_id, 999])
    posts = subject_of("forums.post").search_documents([kept.pk, deleted.pk, hidden_topic.pk])

    assert topics.keys() == {kept.topic_id}
    assert posts.keys() == {kept.pk}


def test_a_topic_is_found_by_visible_replies_only() -> None:
    kept = PostFactory(body="Grease it.")
    hidden = PostFactory(topic=kept.topic, body="Use my oil.")
    removed = PostFactory(topic=kept.topic, body="Never mind.")
    post_hide(member=ModeratorFactory(), post_id=hidden.pk)
    post_delete(member=removed.author, post_id=removed.pk)

    found = subject_of("forums.topic").search_documents([kept.topic_id])

    assert found[kept.topic_id].replies == "Grease it."


@pytest.mark.parametrize("kind", ["forums.topic", "forums.post"])
def test_moderation_hides_and_restores_by_kind_and_id(kind: str) -> None:
    post, moderator = PostFactory(), ModeratorFactory()
    subject_id = post.topic_id if kind == "forums.topic" else post.pk

    subject_of(kind).hide(subject_id, actor_id=moderator.pk)
    subject_of(kind).hide(subject_id, actor_id=moderator.pk)
    subject_of(kind).restore(subject_id, actor_id=None)

    assert [name for name, _id in recorded("post_hidden", "post_restored")] == ["post_hidden", "post_restored"]


@pytest.mark.parametrize("kind", ["forums.topic", "forums.post"])
@pytest.mark.parametrize("command", ["publish", "hide", "restore"])
def test_a_command_on_what_is_gone_is_a_lookup_error(kind: str, command: str) -> None:
    with pytest.raises(LookupError):
        getattr(subject_of(kind), command)(999, actor_id=None)


@pytest.mark.parametrize("kind", ["forums.category", "forums.topic", "forums.post"])
@pytest.mark.parametrize("read", ["cards", "audience", "search_documents", "facts"])
def test_reads_are_batched(kind: str, read: str, django_assert_max_num_queries: Any) -> None:
    category = CategoryFactory()
    for _ in range(6):
        PostFactory(topic=TopicFactory(category=category))
    model = {"forums.category": Category, "forums.topic": Topic, "forums.post": Post}[kind]
    ids = list(model.objects.values_list("pk", flat=True))

    with django_assert_max_num_queries(3):
        found = getattr(subject_of(kind), read)(ids)

    assert len(found) in {0, 6, len(ids)}  # first posts are found as their topics
    assert getattr(subject_of(kind), read)([]) == {}
