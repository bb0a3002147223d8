"""What every kind of notice promises (`community/notifications/kinds/base.py`), asked of each file in its folder."""

from pathlib import Path

import pytest
from django.utils.translation import override

import community.notifications.kinds as folder
from community.activity.delivery import drain_activity
from community.activity.handlers import handlers
from community.activity.models import Activity
from community.activity.types import registry
from community.core.audience import may_see
from community.members.audience import tokens_of
from community.members.models import Member
from community.notifications.kinds import kinds
from community.notifications.kinds.base import Kind
from community.notifications.models import Channel, Notification
from community.notifications.selectors.things import things_of
from community.notifications.wording import sentence_html, sentence_text
from forums.models import TopicMember
from forums.services import topic_follow
from tests.contracts.stories import question, world
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
NAMES = sorted(kinds())
DETAILS = ("", "question", "discussion", "solved", "restored", "same_problem", "60", "no such detail")


@pytest.fixture(params=NAMES)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each kind in turn."""
    return kinds()[request.param]


def test_every_file_of_the_folder_is_a_kind_of_its_name() -> None:
    files = {path.stem for path in Path(folder.__file__).parent.glob("*.py")} - {"__init__", "base"}

    assert files == set(NAMES)


def test_it_listens_to_declared_types_that_the_handler_hears(kind: Kind) -> None:
    assert kind.types
    assert set(kind.types) <= set(registry)
    assert set(kind.types) <= set(handlers["notifications.inbox"].types)


def test_its_words_are_there_in_both_languages_and_escape_the_name(kind: Kind) -> None:
    actor = Member(pk=7, name="<b>Ada</b>", handle="ada")
    for language in ("en", "es"):
        with override(language):
            assert str(kind.label)
            for detail in DETAILS:
                assert "{" not in sentence_text(kind, detail, actor)
                assert "<b>Ada" not in sentence_html(kind, detail, actor)
                assert sentence_text(kind, detail, None)
                assert str(kind.reason(detail))[-1].isalnum(), "the sentence around it ends it"


def test_it_is_quiet_by_default_for_colleagues(kind: Kind) -> None:
    assert kind.on_by_default(Channel.SITE, is_staff=True) == kind.site
    assert not kind.on_by_default(Channel.MAIL, is_staff=True) or kind.group.value == "names_you"


def test_nobody_is_told_twice_of_one_activity_or_of_their_own_or_of_what_they_may_not_see() -> None:
    """On the whole story at once, told in categories of every audience: whatever kinds exist."""
    made = world()
    for category in made.categories:
        question(made, category) if category.audience != "staff" else None
        topic = TopicFactory(category=category, author=made.moderator)
        for person in MemberFactory.create_batch(2):
            TopicMember.objects.create(topic=topic, member=person, level=TopicMember.Level.WATCHING)
        topic_follow(member=made.agent, topic_id=topic.pk, level=TopicMember.Level.WATCHING)
        PostFactory(topic=topic, author=made.moderator, body=f"@{made.agent.handle} @{MemberFactory().handle}")
    drain_activity()
    rows = list(Notification.objects.select_related("member"))

    assert {row.kind for row in rows} >= {"answer", "mention", "reply", "case"}
    assert len({(row.member_id, row.activity_id) for row in rows}) == len(rows)
    actors = dict(Activity.objects.values_list("pk", "actor_id"))
    things = things_of({(row.subject_kind, row.subject_id) for row in rows})
    for row in rows:
        assert actors[row.activity_id] != row.member_id or kinds()[row.kind].tells_actor
        assert may_see(things.audiences[(row.subject_kind, row.subject_id)], tokens_of(row.member)), row.kind
