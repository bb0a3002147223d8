"""Who may do what: one table, every check, every persona; and a reason in words for every refusal."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import override

from community.core.permissions import allowed, denial
from forums.models import Category, Post, Topic
from forums.permissions import CHECKS
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, personas

pytestmark = pytest.mark.django_db
WRITERS = "customer asker author product_manager support_agent moderator administrator"
READERS = f"visitor unconfirmed suspended unclaimed {WRITERS}"
STAFF = "product_manager support_agent moderator administrator"
OVERSEE = "moderator administrator"
TABLE = {
    # check: who may, on an open question (asker) with one reply (author) in a public category
    "forums.category_view": READERS,
    "forums.topic_view": READERS,
    "forums.post_view": READERS,
    "forums.post_history": READERS,
    "forums.topic_create": WRITERS,
    "forums.reply_create": WRITERS,
    "forums.topic_follow": WRITERS,
    "forums.upload_create": WRITERS,
    "forums.post_edit": f"author {OVERSEE}",
    "forums.post_delete": f"author {OVERSEE}",
    "forums.post_hide": OVERSEE,
    "forums.post_restore": OVERSEE,
    "forums.answer_accept": f"asker {STAFF}",
    "forums.answer_unaccept": f"asker {STAFF}",
    "forums.same_problem_toggle": WRITERS.replace("asker ", ""),
    "forums.helpful_toggle": WRITERS.replace("author ", ""),
    "forums.question_escalate": "support_agent moderator administrator",
    "forums.topic_close": OVERSEE,
    "forums.category_change": "administrator",
    "forums.case_view": STAFF,
}
THING = {
    "category": "forums.category_view forums.topic_create forums.category_change",
    "nothing": "forums.upload_create",
}
POSTS = (
    "forums.post_view forums.post_history forums.post_edit forums.post_delete forums.post_hide forums.post_restore "
    "forums.answer_accept forums.helpful_toggle"
)


@pytest.fixture
def scene() -> tuple[dict[str, Any], Post]:
    """Everybody by name, and the reply of `author` to the question of `asker`."""
    post = PostFactory()
    people = {**personas(), "visitor": AnonymousUser(), "unconfirmed": MemberFactory(unconfirmed=True)}
    return {**people, "asker": post.topic.author, "author": post.author}, post


def things(check: str, post: Post) -> tuple[Any, ...]:
    """Return what a check is asked about."""
    if check in THING["nothing"].split():
        return ()
    if check in THING["category"].split():
        return (post.topic.category,)
    return (post,) if check in POSTS.split() else (post.topic,)


def test_each_check_lets_those_through_whom_the_table_names(scene: tuple[dict[str, Any], Post]) -> None:
    people, post = scene

    assert TABLE.keys() == CHECKS.keys()
    for check, who in TABLE.items():
        may = {name for name, person in people.items() if allowed(check, person, *things(check, post))}
        assert may == set(who.split()), check


def test_every_refusal_has_a_reason_in_words(scene: tuple[dict[str, Any], Post]) -> None:
    people, post = scene

    for check in TABLE:
        for person in people.values():
            refused = denial(check, person, *things(check, post))
            assert refused is None or str(refused.reason).endswith((".", "code.", "advertising"))


def test_nobody_but_those_inside_may_do_anything_in_a_closed_category(scene: tuple[dict[str, Any], Post]) -> None:
    people, post = scene
    Category.objects.update(audience="role:support_agent")
    post = Post.objects.select_related("topic__category").get(pk=post.pk)

    for check in TABLE.keys() - {"forums.upload_create", "forums.category_change"}:
        may = {name for name, person in people.items() if allowed(check, person, *things(check, post))}
        assert may <= {"support_agent", "moderator", "administrator"}, check


def test_on_hidden_things_only_those_who_oversee_act(scene: tuple[dict[str, Any], Post]) -> None:
    people, post = scene
    post.visibility = "hidden"

    for check in POSTS.split():
        may = {name for name, person in people.items() if allowed(check, person, post)}
        own = {"author"} if check in {"forums.post_view", "forums.post_history", "forums.post_delete"} else set()
        assert may <= set(OVERSEE.split()) | own, check


def test_a_closed_topic_is_for_staff(scene: tuple[dict[str, Any], Post]) -> None:
    people, post = scene
    post.topic.closed_at = timezone.now()

    assert {name for name, person in people.items() if allowed("forums.reply_create", person, post.topic)} == set(
        STAFF.split()
    )


@pytest.mark.parametrize("state", ["solved", "escalated"])
def test_what_is_solved_or_with_support_cannot_be_handed_over(state: str, scene: tuple[dict[str, Any], Post]) -> None:
    people, post = scene
    Topic.objects.update(state=state)
    topic = Topic.objects.select_related("category").get()

    assert not allowed("forums.question_escalate", people["support_agent"], topic)


def test_a_discussion_is_not_accepted_shared_or_escalated() -> None:
    topic = TopicFactory(category=CategoryFactory(discussion=True))
    post = PostFactory(topic=topic)
    agent = personas()["support_agent"]

    assert not allowed("forums.answer_accept", topic.author, post)
    assert not allowed("forums.same_problem_toggle", agent, topic)
    assert not allowed("forums.question_escalate", agent, topic)


def test_a_reason_is_told_in_the_language_of_the_page() -> None:
    refused = denial("forums.upload_create", AnonymousUser())

    assert refused is not None
    with override("en"):
        assert str(refused.reason) == "Sign in first."
