"""What pages of notices cost, the settings, the watch levels, and what members take away or have erased."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.activity.delivery import drain_activity
from community.activity.subjects import subject_of
from community.core.collectors import collectors
from community.members.models import Member
from community.members.services import member_erase
from community.notifications.models import Choice, Mail, MailStop, Notification, Preference
from forums.models import TopicMember
from forums.services import same_problem_toggle, topic_follow
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db
BUDGETS = tomllib.loads((Path(__file__).parent.parent / "budgets.toml").read_text())
IDLE = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
SETTINGS = "/settings/notifications/"


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def told(member: Member, *, topics: int) -> None:
    """Let `member` be answered, and follow, in many topics, each with several people."""
    for number in range(topics):
        for topic in (TopicFactory(author=MemberFactory() if number else member), TopicFactory()):
            topic_follow(member=member, topic_id=topic.pk, level=TopicMember.Level.WATCHING)
            PostFactory(topic=topic)
            PostFactory(topic=topic, body=f"Look, @{member.handle}.")
    drain_activity()


@pytest.mark.parametrize(
    ("name", "address"),
    [("inbox", "/notifications/"), ("inbox", "/notifications/?list=names"), ("inbox_settings", SETTINGS)],
)
def test_a_page_costs_the_same_with_three_rows_and_with_thirty(name: str, address: str) -> None:
    costs = []
    for topics in (3, 30):
        member = MemberFactory()
        told(member, topics=topics)
        client = signed_in(member)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        costs.append(len([query for query in captured if not query["sql"].startswith(IDLE)]))

    assert costs[0] == costs[1], costs
    assert costs[1] <= BUDGETS[name]["member"], costs


def test_the_bell_is_one_query_from_an_index_and_visitors_pay_nothing() -> None:
    member = MemberFactory()
    told(member, topics=3)

    with CaptureQueriesContext(connection) as captured:
        signed_in(member).get("/notifications/bell/")
    asked = [query["sql"] for query in captured if "notifications_notification" in query["sql"]]
    with CaptureQueriesContext(connection) as captured:
        Client().get("/questions/")

    assert len(asked) == 1
    assert not any("notifications_" in query["sql"] for query in captured)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + asked[0].split("--")[0])
            plan = str(cursor.fetchall())
        assert "notification_unread" in plan


def test_settings_store_only_what_differs_and_show_it_again() -> None:
    member = MemberFactory()
    client = signed_in(member)
    form = {"mails": "on", "digest": "daily", "digest_day": "2", "digest_hour": "18", "answer.site": "on"}

    assert client.post(SETTINGS, {**form, "quiet_from": "20", "quiet_until": "7"}).status_code == 302

    stored = set(Choice.objects.filter(member=member).values_list("kind", "channel", "on"))
    assert ("answer", "mail", False) in stored
    assert not {row for row in stored if row[:2] == ("answer", "site")}
    assert not {row for row in stored if row[0] == "hidden" and row[1] == "site"}, "always on the site"
    row = Preference.objects.get(member=member)
    assert (row.digest, row.digest_hour, row.quiet_from, row.quiet_until) == ("daily", 18, 20, 7)
    page = client.get(SETTINGS).content.decode()
    assert 'name="answer.site" checked' in page
    assert 'name="answer.mail">' in page


def test_half_of_a_pair_of_quiet_hours_is_refused_beside_the_field() -> None:
    client = signed_in(MemberFactory())

    response = client.post(SETTINGS, {"digest": "never", "digest_day": "0", "digest_hour": "8", "quiet_from": "20"})

    assert response.status_code == 422
    assert "Quiet hours need a beginning and an end." in response.content.decode()
    assert not Preference.objects.exists()


def test_a_topic_without_mail_is_listed_and_let_in_again() -> None:
    member, topic = MemberFactory(), TopicFactory(title="Stopped for now")
    MailStop.objects.create(member=member, thread_kind="forums.topic", thread_id=topic.pk)
    client = signed_in(member)

    assert "Stopped for now" in client.get(SETTINGS).content.decode()
    client.post(f"{SETTINGS}resume/", {"thread": f"forums.topic:{topic.pk}"})

    assert not MailStop.objects.exists()


@pytest.mark.parametrize("thread", ["forums.topic", "forums.topic:x", "x:99999999999999999999", ":1" * 40])
def test_a_thread_that_is_none_is_refused(thread: str) -> None:
    assert signed_in(MemberFactory()).post("/notifications/read/", {"thread": thread}).status_code in (302, 404)


def test_the_topic_page_offers_the_levels_in_words_and_without_script() -> None:
    topic = TopicFactory()
    client = signed_in(MemberFactory())

    page = client.get(f"/t/{topic.pk}/{topic.slug}/").content.decode()
    assert "Normal: only mentions and answers to you" in page
    client.post(f"/t/{topic.pk}/follow/", {"level": "0"})

    assert TopicMember.objects.get(topic=topic, level=0)


def test_followers_and_mentions_are_read_for_many_at_once() -> None:
    topics = [TopicFactory() for _ in range(3)]
    named = MemberFactory(handle="ada-l")
    posts = [PostFactory(topic=topic, body="Ask @Ada-L, not @nobody; `@ada-l` is code.") for topic in topics]
    sharer = MemberFactory()
    same_problem_toggle(member=sharer, topic_id=topics[0].pk, wanted=True)
    ids = [topic.pk for topic in topics]

    with CaptureQueriesContext(connection) as captured:
        followers = subject_of("forums.topic").followers(ids)
        mentioned = subject_of("forums.post").mentioned([post.pk for post in posts])

    assert len(captured) == 3
    by_member = {row.member_id: (row.level, row.reason) for row in followers[topics[0].pk]}
    assert by_member[sharer.pk] == ("watching", "same_problem")
    assert by_member[topics[0].author_id] == ("watching", "author")
    assert mentioned == {post.pk: frozenset({named.pk}) for post in posts}


def test_a_member_takes_choices_and_notices_along_and_erasing_leaves_none() -> None:
    member = MemberFactory()
    told(member, topics=1)
    Choice.objects.create(member=member, kind="answer", channel="mail", on=False)
    MailStop.objects.create(member=member, thread_kind="forums.topic", thread_id=1)

    exported: Any = collectors["notifications"].export(member.pk)
    assert exported["choices"] == [{"kind": "answer", "channel": "mail", "on": False}]
    assert exported["no_mail_about"] == ["forums.topic:1"]
    assert {notice["kind"] for notice in exported["notices"]} == {"answer", "mention", "reply"}
    assert exported["schedule"]["digest"] == "weekly"

    member_erase(member, member=member)
    for model in (Notification, Choice, MailStop, Preference, Mail):
        assert not model._base_manager.filter(member=member).exists(), model


def test_who_was_told_of_an_erased_member_reads_no_name() -> None:
    topic, writer = TopicFactory(), MemberFactory(name="Canary Writer")
    PostFactory(topic=topic, author=writer)
    drain_activity()
    member_erase(writer, member=writer)

    page = signed_in(topic.author).get("/notifications/").content.decode()

    assert "Canary" not in page
    assert "Former member" in page


def test_colleagues_find_their_inbox_too() -> None:
    assert "Nobody has named you yet" in signed_in(ModeratorFactory()).get("/notifications/").content.decode()
