"""Mails about notices: gathered, decided when they leave, sent once, and stopped by one press."""

import random
import re
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from community.activity.delivery import drain_activity
from community.members.models import Member
from community.members.services import member_erase
from community.members.suspending import member_suspend
from community.notifications.models import Choice, Mail, MailStop, Notification, Preference
from community.work import courier, queue
from community.work.mailing import UNKNOWN
from community.work.senders import senders
from forums.models import Topic, TopicMember
from forums.services import category_update, post_hide, topic_follow
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import AdministratorFactory, MemberFactory, ModeratorFactory
from tests.notifications.telling import mails_sent
from tests.servers.smtp import CUT, MailServer

pytestmark = pytest.mark.django_db
WATCHING = TopicMember.Level.WATCHING


def answered(*, posts: int = 1, body: str = "Grease it in spring.", **topic: Any) -> Topic:
    made: Topic = TopicFactory(**{"title": "It jams", **topic})
    for _ in range(posts):
        PostFactory(topic=made, body=body)
    drain_activity()
    return made


def html_of(message: Any) -> str:
    return str(message.alternatives[0].content)


def test_a_mail_says_who_what_and_why_in_text_and_html() -> None:
    topic = answered(author=MemberFactory(time_zone="Europe/Berlin"))
    post = topic.posts.get(number=2)

    (message,) = mails_sent()

    assert message.to == [topic.author.email]
    assert message.subject == "It jams"
    assert str(make_header(decode_header(message.from_email))).startswith(f"{post.author.name} · ")
    for text in (message.body, html_of(message)):
        assert f"{post.author.name} answered your question" in text
        assert "Grease it in spring." in text
        assert "because you asked the question and chose mail for answers." in text
        assert f"/t/{topic.pk}/it-jams/#post-2" in text
        assert "/notifications/stop/" in text
    assert "<style>" in html_of(message)


def test_headers_let_mail_readers_thread_sort_and_stop() -> None:
    topic = answered()

    (message,) = mails_sent()

    headers = message.message()
    root = f"<forums.topic.{topic.pk}@localhost>"
    assert headers["Message-ID"].startswith("<notice.")
    assert (headers["References"], headers["In-Reply-To"]) == (root, root)
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http://localhost:\d+/notifications/stop/[^>]+/>", headers["List-Unsubscribe"])


def test_a_mail_speaks_the_language_and_the_clock_of_its_receiver(frozen_clock: Any) -> None:
    answered(author=MemberFactory(language="es", time_zone="America/Mexico_City"))

    (message,) = mails_sent()

    assert "/es/t/" in message.body
    assert "/es/notifications/stop/" in message.message()["List-Unsubscribe"]
    assert "2 de marzo de 2026 a las 04:00" in message.body


def test_a_burst_of_twenty_replies_is_one_mail() -> None:
    answered(posts=20)

    (message,) = mails_sent()

    assert message.body.count("answered your question") == 20
    assert mails_sent() == [message]


def test_a_mail_gathers_for_a_while_before_it_goes(frozen_clock: Any) -> None:
    answered()

    assert mails_sent(now=False) == []
    frozen_clock.shift(301)
    assert len(mails_sent(now=False)) == 1


def test_what_came_after_a_mail_comes_with_the_next() -> None:
    topic = answered(body="First.")
    mails_sent()
    PostFactory(topic=topic, body="Second.")

    first, second = mails_sent()

    assert ("First." in first.body, "Second." in first.body) == (True, False)
    assert ("First." in second.body, "Second." in second.body) == (False, True)


def test_what_was_read_meanwhile_is_not_mailed() -> None:
    topic = answered()
    client = Client()
    client.force_login(topic.author)
    client.get(f"/t/{topic.pk}/{topic.slug}/")

    assert mails_sent() == []
    assert not Mail.objects.exists()


# nothing leaves that its receiver may not see


def test_a_permission_that_goes_between_event_and_sending_keeps_the_mail_back() -> None:
    category = CategoryFactory()
    answered(category=category)
    category_update(member=AdministratorFactory(), category_id=category.pk, audience="staff")

    assert mails_sent() == []


def test_what_is_hidden_before_it_leaves_does_not_leave() -> None:
    topic = answered(body="canary")
    PostFactory(topic=topic, body="harmless")
    post_hide(member=ModeratorFactory(), post_id=topic.posts.get(number=2).pk)
    Notification.objects.update(withdrawn=False)  # as if the worker had not come to it yet

    (message,) = [sent for sent in mails_sent() if topic.author.email in sent.to]

    assert "harmless" in message.body
    assert "canary" not in message.body + html_of(message)


@pytest.mark.parametrize("change", ["suspended", "erased", "unverified", "no mails", "no answers", "returned"])
def test_who_cannot_or_does_not_want_to_hear_by_then_gets_nothing(change: str) -> None:
    member = answered().author
    if change == "suspended":
        member_suspend(ModeratorFactory(), member=member, reason="spam")
    elif change == "erased":
        member_erase(member, member=member)
    elif change == "unverified":
        member.emailaddress_set.update(verified=False)
    elif change == "no mails":
        Preference.objects.filter(member=member).update(mails=False)
    elif change == "no answers":
        Choice.objects.create(member=member, kind="answer", channel="mail", on=False)
    else:
        Preference.objects.filter(member=member).update(returned_address=member.email)

    assert [sent for sent in mails_sent() if member.email in sent.to] == []
    assert not Mail.objects.filter(member=member).exists()


def test_colleagues_get_no_mail_of_answers_unless_they_chose_it() -> None:
    quiet, eager = ModeratorFactory(), ModeratorFactory()
    Choice.objects.create(member=eager, kind="answer", channel="mail", on=True)
    answered(author=quiet)
    answered(author=eager)

    assert [message.to for message in mails_sent()] == [[eager.email]]


def test_mails_wait_for_the_end_of_quiet_hours(frozen_clock: Any) -> None:
    member = answered().author  # 10:00 UTC
    Preference.objects.filter(member=member).update(quiet_from=9, quiet_until=12)

    assert mails_sent() == []
    assert Mail.objects.get().not_before.hour == 12
    frozen_clock.shift(2 * 3600 + 1)
    assert len(mails_sent(now=False)) == 1


# stopping


def stop_path(message: Any) -> str:
    return re.search(r"<http://localhost:\d+(/[^>]+)>", message.message()["List-Unsubscribe"])[1]  # type: ignore[index]


def test_one_press_in_a_mail_reader_stops_the_topic_without_cookie_or_token() -> None:
    topic = answered()
    path = stop_path(mails_sent()[0])
    reader = Client(enforce_csrf_checks=True)

    response = reader.post(path, {"List-Unsubscribe": "One-Click"})
    PostFactory(topic=topic)
    answered(author=topic.author, title="Another question")

    assert (response.status_code, response.cookies) == (200, {})
    assert [message.subject for message in mails_sent()] == ["It jams", "Another question"]


def test_looking_at_the_link_stops_nothing_and_a_second_press_lets_mails_come_again() -> None:
    topic = answered()
    path = stop_path(mails_sent()[0])
    reader = Client()

    page = reader.get(path)
    assert "Stop mails about this topic?" in page.content.decode()
    assert not MailStop.objects.exists()
    reader.post(path)
    reader.post(path)
    assert MailStop.objects.filter(member=topic.author).count() == 1
    reader.post(path, {"act": "undo"})
    assert not MailStop.objects.exists()


def test_all_mails_can_be_stopped_from_a_mail() -> None:
    topic = answered()
    path = re.search(r"No mails at all: http://[^/]+(\S+)", mails_sent()[0].body)[1]  # type: ignore[index]

    Client().post(path)
    PostFactory(topic=topic)

    assert len(mails_sent()) == 1
    assert not Preference.objects.get(member=topic.author).mails


@pytest.mark.parametrize("token", ["x", "eyJ.x.y", "WzEsImFsbCIsIiIsMF0:1abc:def"])
def test_a_forged_link_is_nothing(token: str) -> None:
    assert Client().post(f"/notifications/stop/{token}/").status_code == 404


# against a real server


def due_now() -> None:
    Mail.objects.update(not_before=None)
    Mail.objects.filter(lease_until__isnull=False).update(lease_until=queue.timezone.now())


@pytest.mark.loopback
def test_an_address_that_does_not_exist_is_stopped_and_the_member_is_told(far: MailServer) -> None:
    topic = answered()
    far.on_receiver = "550 5.1.1 no such user"
    mails_sent()
    PostFactory(topic=topic)
    far.on_receiver = "250 OK"
    mails_sent()

    client = Client()
    client.force_login(topic.author)
    page = client.get("/settings/notifications/").content.decode()
    assert far.taken == []
    assert "Mails to your address came back" in page
    assert "550 5.1.1" in page

    client.post("/settings/notifications/resume/")
    PostFactory(topic=topic)
    mails_sent()
    assert len(far.taken) == 1


@pytest.mark.loopback
def test_a_lost_answer_is_never_sent_again_by_itself_not_even_with_later_notices(far: MailServer) -> None:
    topic = answered(body="First.")
    far.on_text = CUT
    mails_sent()
    far.on_text = "250 OK"
    PostFactory(topic=topic, body="Second.")
    mails_sent()
    due_now()
    mails_sent()

    bodies = [message.get_body(("plain",)).get_content() for message in far.messages]  # type: ignore[union-attr]
    assert [("First." in body, "Second." in body) for body in bodies] == [(True, False), (False, True)]
    assert Mail.objects.get().last_error == UNKNOWN

    queue.replay(Mail.objects.all())  # a person decides
    mails_sent()
    assert len(far.taken) == 3
    assert far.messages[0]["Message-ID"] == far.messages[2]["Message-ID"]
    assert not Mail.objects.exists()


class CrashError(BaseException):
    """The process is gone."""


@pytest.mark.loopback
@pytest.mark.parametrize("seed", range(6))
def test_crashes_at_random_steps_send_nothing_twice_and_lose_nothing_silently(
    far: MailServer, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Each notice arrives once, or stands in a mail that says it is unknown."""
    dice, crashes = random.Random(seed), []  # noqa: S311 a repeatable dice
    places = [
        (courier.Courier, "_opened"),
        (courier.Courier, "_give"),
        (type(senders["notifications.mail"]), "_hand"),
        (queue, "settle"),
    ]
    for place, name in places:
        monkeypatch.setattr(place, name, _sometimes_crashing(getattr(place, name), dice))
    topics = [TopicFactory() for _ in range(3)]
    for number in range(12):
        PostFactory(topic=dice.choice(topics), body=f"Canary number {number:02}.")
        drain_activity()
        for _ in range(2):
            try:
                due_now()
                senders["notifications.mail"].run_once()
            except CrashError:
                crashes.append(number)
    monkeypatch.undo()
    for _ in range(4):
        due_now()
        while senders["notifications.mail"].run_once():
            pass

    text = b"".join(far.taken).decode()
    arrived = [text.count(f"<p>Canary number {number:02}.</p>") for number in range(12)]
    unknown = set(Mail.objects.values_list("pk", flat=True))
    assert len(crashes) >= 3
    assert max(arrived) <= 1
    assert set(Mail.objects.values_list("state", "last_error")) <= {("dead", UNKNOWN)}
    for number, row in enumerate(Notification.objects.filter(kind="answer").order_by("activity_id")):
        assert arrived[number] == 1 or row.mail_id in unknown, f"notice {number} is lost"


def _sometimes_crashing(real: Any, dice: Any) -> Any:
    def crashing(*args: Any, **named: Any) -> Any:
        if dice.random() < 0.2:
            raise CrashError
        return real(*args, **named)

    return crashing


def test_a_reader_of_mails_without_html_misses_nothing() -> None:
    answered(posts=3)

    (message,) = mails_sent()

    words = re.sub(r"<[^>]+>", " ", html_of(message).split("</style>")[1])
    for line in message.body.splitlines():
        assert not line.strip() or "http" in line or line.strip() == "--" or line.strip() in " ".join(words.split())


def test_mail_outbox_is_empty_where_nobody_wants_mail() -> None:
    topic = TopicFactory()
    tracker: Member = MemberFactory()
    topic_follow(member=tracker, topic_id=topic.pk, level=TopicMember.Level.TRACKING)
    PostFactory(topic=topic, author=topic.author)

    mails_sent()

    assert mail.outbox == []
