"""Open pages are told that the bell may show another figure: its member's, and nobody else's."""

import pytest

from community.activity.delivery import drain_activity
from community.core.audience import member_token
from community.notifications.services.reading import notices_read
from community.work import hints
from community.work.hints import Hint
from forums.services import post_hide
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import ModeratorFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[Hint]:
    """The bells that rang."""
    rung: list[Hint] = []

    def listen(told: object) -> None:
        rung.extend(hint for hint in told if hint.kind == "notifications.bell")  # type: ignore[attr-defined]

    monkeypatch.setattr(hints, "_listeners", [listen])
    return rung


def test_a_reply_rings_the_askers_bell_and_only_theirs(bells: list[Hint]) -> None:
    topic = TopicFactory()
    drain_activity()
    bells.clear()

    PostFactory(topic=topic)
    drain_activity()

    assert bells == [Hint("notifications.bell", topic.author_id, frozenset({member_token(topic.author_id)}))]


def test_reading_in_one_tab_rings_in_the_others_once(bells: list[Hint]) -> None:
    topic = TopicFactory()
    PostFactory(topic=topic)
    drain_activity()
    bells.clear()

    notices_read(member=topic.author, site_id=topic.site_id)
    notices_read(member=topic.author, site_id=topic.site_id)

    assert [bell.id for bell in bells] == [topic.author_id]


def test_what_is_taken_back_rings_too(bells: list[Hint]) -> None:
    topic = TopicFactory()
    answer = PostFactory(topic=topic)
    drain_activity()
    bells.clear()

    post_hide(member=ModeratorFactory(), post_id=answer.pk)
    drain_activity()

    assert topic.author_id in {bell.id for bell in bells}
