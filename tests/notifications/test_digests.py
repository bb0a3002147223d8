"""Digests: one mail at the member's own hour with what they saw nowhere else; and the hours themselves."""

from datetime import UTC, datetime
from typing import Any

import pytest
from wagtail.models import Site

from community.activity.delivery import drain_activity
from community.branding.models import BrandSettings
from community.members.models import Member
from community.notifications.clock import next_digest, quiet_end
from community.notifications.models import Mail, Notification, Preference
from community.notifications.services.digests import digests_queue, notices_expire
from forums.models import TopicMember
from forums.services import post_hide, topic_follow
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.notifications.telling import mails_sent

DAY = 86_400


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "often", "zone", "due"),
    [
        ("2026-03-02 06:59", "daily", "UTC", "2026-03-02 08:00"),
        ("2026-03-02 08:00", "daily", "UTC", "2026-03-03 08:00"),
        ("2026-03-02 08:00", "weekly", "UTC", "2026-03-09 08:00"),
        ("2026-03-04 12:00", "weekly", "UTC", "2026-03-09 08:00"),
        ("2026-03-02 06:59", "daily", "Europe/Berlin", "2026-03-02 07:00"),
        ("2026-03-28 12:00", "daily", "Europe/Berlin", "2026-03-29 06:00"),  # summer time began in the night
        ("2026-10-24 12:00", "daily", "Europe/Berlin", "2026-10-25 07:00"),  # and ended
        ("2026-03-02 09:00", "daily", "Pacific/Auckland", "2026-03-02 19:00"),
        ("2026-03-02 09:00", "daily", "No/Where", "2026-03-03 08:00"),
    ],
)
def test_a_digest_is_due_at_the_hour_of_the_members_clock(after: str, often: str, zone: str, due: str) -> None:
    moment = next_digest(at(after), often=often, day=0, hour=8, zone=zone)

    assert moment is not None
    assert moment.astimezone(UTC) == at(due)


def test_never_is_never() -> None:
    assert next_digest(at("2026-03-02 06:59"), often="never", day=0, hour=8, zone="UTC") is None


@pytest.mark.parametrize(
    ("now", "start", "end", "until"),
    [
        ("2026-03-02 21:00", 20, 7, "2026-03-03 07:00"),
        ("2026-03-02 06:59", 20, 7, "2026-03-02 07:00"),
        ("2026-03-02 07:00", 20, 7, None),
        ("2026-03-02 13:00", 12, 14, "2026-03-02 14:00"),
        ("2026-03-02 14:00", 12, 14, None),
        ("2026-03-02 14:00", None, None, None),
        ("2026-03-02 14:00", 9, 9, None),
    ],
)
def test_quiet_hours_end_when_they_say(now: str, start: int | None, end: int | None, until: str | None) -> None:
    assert quiet_end(at(now), start=start, end=end, zone="UTC") == (at(until) if until else None)


def tracker(title: str = "It jams") -> Member:
    """A member who tracks a topic in which something was said: a line in the inbox, no mail of its own."""
    topic, member = TopicFactory(title=title), MemberFactory()
    topic_follow(member=member, topic_id=topic.pk, level=TopicMember.Level.TRACKING)
    PostFactory(topic=topic, body="Grease it.")
    drain_activity()
    return member


def sent_to(member: Member) -> list[Any]:
    """Queue what is due, send it, return what was sent to the member."""
    digests_queue()
    return [message for message in mails_sent() if member.email in message.to]


@pytest.mark.django_db
def test_a_week_of_what_came_by_no_mail_is_one_digest_and_comes_once(frozen_clock: Any) -> None:
    member = tracker()  # Monday, 10:00

    assert sent_to(member) == []
    frozen_clock.shift(7 * DAY)
    (message,) = sent_to(member)
    assert message.subject == "1 thing you missed at Tertulia"
    assert "It jams" in message.body
    assert "Grease it." in message.body
    assert message.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    frozen_clock.shift(7 * DAY)
    assert sent_to(member) == [message], "nothing new, no mail"


@pytest.mark.django_db
def test_after_a_downtime_of_weeks_there_is_one_digest(frozen_clock: Any) -> None:
    member = tracker()
    frozen_clock.shift(30 * DAY)

    assert len(sent_to(member)) == 1
    assert digests_queue() == 0
    due = Preference.objects.get(member=member).next_digest_at
    assert due is not None
    assert 0 < (due - datetime.now(UTC)).days < 7


@pytest.mark.django_db
def test_what_went_by_mail_or_was_read_or_hidden_is_in_no_digest(frozen_clock: Any) -> None:
    asker = TopicFactory().author
    topic = TopicFactory(author=asker)
    PostFactory(topic=topic)
    mails_sent()
    reader = tracker("Read already")
    Notification.objects.filter(member=reader).update(read_at=datetime.now(UTC))
    shut_out = tracker("Hidden since")
    hidden = Notification.objects.get(member=shut_out)
    post_hide(member=ModeratorFactory(), post_id=hidden.subject_id)
    Notification.objects.filter(pk=hidden.pk).update(withdrawn=False)  # as if the worker had not come to it
    frozen_clock.shift(7 * DAY)

    digests_queue()
    subjects = [message.subject for message in mails_sent() if "missed" in message.subject]

    assert subjects == []


@pytest.mark.django_db
def test_a_daily_digest_speaks_the_members_language_and_one_press_ends_it(client: Any, frozen_clock: Any) -> None:
    member = tracker()
    member.language, member.time_zone = "es", "Europe/Madrid"
    member.save()
    Preference.objects.filter(member=member).update(digest="daily", next_digest_at=datetime.now(UTC))

    (message,) = sent_to(member)
    assert "/es/t/" in message.body
    path = message.message()["List-Unsubscribe"].strip("<>").partition("localhost:8000")[2]
    client.post(path, {"List-Unsubscribe": "One-Click"})

    assert Preference.objects.get(member=member).digest == "never"
    assert Preference.objects.get(member=member).next_digest_at is None


@pytest.mark.django_db
def test_colleagues_get_no_digest_unless_they_ask(frozen_clock: Any) -> None:
    topic, colleague = TopicFactory(), ModeratorFactory()
    topic_follow(member=colleague, topic_id=topic.pk, level=TopicMember.Level.TRACKING)
    PostFactory(topic=topic)
    drain_activity()
    frozen_clock.shift(8 * DAY)

    assert sent_to(colleague) == []


@pytest.mark.django_db
def test_old_notices_go(frozen_clock: Any) -> None:
    read, unread = tracker(), tracker()
    Notification.objects.filter(member=read).update(read_at=datetime.now(UTC))

    frozen_clock.shift(61 * DAY)
    notices_expire()
    assert list(Notification.objects.filter(kind="tracked").values_list("member", flat=True)) == [unread.pk]
    frozen_clock.shift(120 * DAY)
    notices_expire()
    assert not Notification.objects.exists()
    assert not Mail.objects.filter(member=unread).exists()


@pytest.mark.django_db
def test_each_site_has_a_digest_of_its_own_with_its_name_and_host(frozen_clock: Any) -> None:
    member = tracker("It jams here")
    home = Site.objects.get(is_default_site=True)
    other = Site.objects.create(hostname="faro.localhost", port=8000, root_page=home.root_page)
    BrandSettings.objects.create(site=other, name="Faro")
    there = TopicFactory(title="It jams there", category=CategoryFactory(site=other))
    topic_follow(member=member, topic_id=there.pk, level=TopicMember.Level.TRACKING)
    PostFactory(topic=there, body="Far away.")
    drain_activity()

    frozen_clock.shift(7 * DAY)
    first, second = sorted(sent_to(member), key=lambda message: message.subject, reverse=True)

    assert first.subject == "1 thing you missed at Tertulia"
    assert second.subject == "1 thing you missed at Faro"
    assert "jams there" not in first.body
    assert "faro.localhost" not in first.body
    assert "jams here" not in second.body
    assert f"http://faro.localhost:8000/t/{there.pk}/" in second.body
