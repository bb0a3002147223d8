"""Who is told of what; and what no inbox shows."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from community.activity.contracts import RemoteChange
from community.activity.delivery import drain_activity
from community.activity.handlers import handlers
from community.activity.log import record
from community.activity.services import activity_replay
from community.activity.subjects import subject_of
from community.members.models import Member
from community.members.services import member_create, member_erase
from community.moderation.services import flag_create, member_warn, outcomes_tell
from community.notifications.models import Choice, Notification
from forums.models import Topic, TopicMember
from forums.services import (
    answer_accept,
    answer_unaccept,
    category_update,
    post_edit,
    post_hide,
    post_restore,
    post_visibility_set,
    question_escalate,
    same_problem_toggle,
    topic_follow,
)
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import (
    AdministratorFactory,
    MemberFactory,
    MemberGroupFactory,
    ModeratorFactory,
    SupportAgentFactory,
)
from tests.notifications.telling import told

pytestmark = pytest.mark.django_db
Level = TopicMember.Level


def test_the_asker_is_told_of_an_answer_once_and_its_writer_of_nothing() -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic, body=f"Try it, @{topic.author.handle}.")

    assert told(topic.author) == ["mention"]
    assert told(post.author) == []
    row = Notification.objects.get(member=topic.author)
    assert (row.subject_kind, row.subject_id, row.thread_id, row.number) == ("forums.post", post.pk, topic.pk, 2)


def test_an_answer_names_the_asker_and_a_reply_does_not_name_a_follower() -> None:
    topic = TopicFactory()
    earlier = PostFactory(topic=topic)
    drain_activity()
    watcher = MemberFactory()
    topic_follow(member=watcher, topic_id=topic.pk, level=Level.WATCHING)
    PostFactory(topic=topic)

    assert told(topic.author, names_you=True) == ["answer", "answer"]
    assert told(earlier.author, names_you=False) == ["tracked"]
    assert told(watcher) == ["reply"]


def test_a_mention_added_by_an_edit_is_told_once() -> None:
    named = MemberFactory()
    post = PostFactory(body="Nothing yet.")
    for number, body in enumerate((f"Ask @{named.handle}.", f"Do ask @{named.handle}, please.")):
        post_edit(member=post.author, post_id=post.pk, body=body, edit_number=number)
        assert told(named) == ["mention"]


def test_a_text_names_ten_members_at_most() -> None:
    people = MemberFactory.create_batch(12)
    PostFactory(body=" ".join(f"@{person.handle}" for person in people))

    drain_activity()

    assert Notification.objects.filter(kind="mention").count() == 10


def test_muting_a_topic_silences_even_mentions_and_normal_hears_only_what_names() -> None:
    topic = TopicFactory()
    muted, normal = MemberFactory(), MemberFactory()
    topic_follow(member=muted, topic_id=topic.pk, level=Level.MUTED)
    topic_follow(member=normal, topic_id=topic.pk, level=Level.NORMAL)
    PostFactory(topic=topic)
    PostFactory(topic=topic, body=f"@{muted.handle} and @{normal.handle}, look.")

    assert told(muted) == []
    assert told(normal) == ["mention"]


def test_the_writer_of_an_accepted_answer_and_those_with_the_problem_are_told_while_it_stands() -> None:
    topic, sharer = TopicFactory(), MemberFactory()
    post = PostFactory(topic=topic)
    drain_activity()
    same_problem_toggle(member=sharer, topic_id=topic.pk, wanted=True)
    answer_accept(member=topic.author, post_id=post.pk)
    assert told(post.author) == ["accepted"]
    assert told(sharer) == ["shared_problem"], "no answer of before they came"

    answer_unaccept(member=topic.author, topic_id=topic.pk)

    assert told(post.author) == []
    assert told(sharer) == []


def test_the_asker_follows_their_case() -> None:
    connection = ConnectionFactory()
    topic = TopicFactory()
    question_escalate(member=SupportAgentFactory(), topic_id=topic.pk)
    for hour, state in enumerate(("open", "solved")):
        subject_of("forums.topic").apply_remote(
            RemoteChange(
                connection_id=connection.pk,
                system="Sandbox",
                subject_kind="forums.topic",
                subject_id=topic.pk,
                fields={"case_state": state},
                changed_at=topic.asked_at.replace(microsecond=hour),
            )
        )

    assert told(topic.author) == ["case", "case"]
    assert list(Notification.objects.filter(kind="case").order_by("pk").values_list("detail", flat=True)) == [
        "",
        "solved",
    ]


def test_a_new_member_is_welcomed() -> None:
    member = member_create(name="Ada New", email="ada@example.com", email_verified=True, origin="web")

    assert told(member) == ["welcome"]


def test_an_author_is_told_what_a_moderator_did_with_their_post_whatever_they_chose() -> None:
    post = PostFactory()
    Choice.objects.create(member=post.author, kind="hidden", channel="site", on=False)
    post_hide(member=ModeratorFactory(), post_id=post.pk)

    assert told(post.author) == ["hidden"]


def test_who_reported_something_is_told_what_came_of_it(frozen_clock: Any) -> None:
    post, reporter = PostFactory(), MemberFactory()
    flag_create(member=reporter, kind="forums.post", subject_id=post.pk, reason="spam")
    post_hide(member=ModeratorFactory(), post_id=post.pk)
    assert told(reporter) == []
    frozen_clock.shift(60)

    assert outcomes_tell() >= 1

    assert told(reporter) == ["report"]
    assert Notification.objects.get(member=reporter).detail == "upheld"
    assert "You were right to report this" in page_of(reporter)


def test_a_warned_member_is_led_to_what_was_said() -> None:
    member = MemberFactory(language="es")
    member_warn(actor=ModeratorFactory(), member=member, reason="rude", message="Please be kind.")

    assert told(member) == ["told"]
    assert f'href="/es{reverse("moderation:flag_list")}"' in page_of(member, "/es/notifications/")


@pytest.mark.parametrize("origin", ["import", "seed"])
def test_imports_and_seeds_tell_nobody(origin: str) -> None:
    topic = TopicFactory(origin=origin)
    PostFactory(topic=topic, origin=origin)

    assert told(topic.author) == []


@pytest.mark.parametrize("state", ["suspended", "unclaimed", "erased", "unconfirmed"])
def test_nobody_is_told_who_cannot_sign_in(state: str) -> None:
    topic = TopicFactory()
    named = MemberFactory() if state == "erased" else MemberFactory(**{state: True})
    PostFactory(topic=topic, body=f"@{named.handle}")
    if state == "erased":
        member_erase(named, member=named)

    assert told(named) == []


def test_what_is_hidden_by_the_time_is_not_told_and_comes_back_with_it() -> None:
    topic, moderator = TopicFactory(), ModeratorFactory()
    topic_follow(member=moderator, topic_id=topic.pk, level=Level.WATCHING)
    post = PostFactory(topic=topic)
    assert told(topic.author) == ["answer"]

    post_hide(member=moderator, post_id=post.pk)
    late = PostFactory(topic=topic)
    post_visibility_set(post_id=late.pk, visibility="hidden", actor_id=None)

    assert told(topic.author) == []
    assert told(moderator) == []
    post_restore(member=moderator, post_id=post.pk)
    assert told(topic.author) == ["answer"]


def test_hiding_a_topic_takes_back_what_was_told_of_its_replies() -> None:
    topic, watcher = TopicFactory(), MemberFactory()
    topic_follow(member=watcher, topic_id=topic.pk, level=Level.WATCHING)
    PostFactory(topic=topic)
    assert told(watcher) == ["reply"]

    post_hide(member=ModeratorFactory(), post_id=topic.posts.get(number=1).pk)

    assert told(watcher) == []


def test_who_may_not_see_is_not_told_although_named() -> None:
    group = MemberGroupFactory()
    inside, outside = MemberFactory(groups_joined=[group]), MemberFactory()
    topic = TopicFactory(category=CategoryFactory(audience=f"group:{group.pk}"), author=inside)
    PostFactory(topic=topic, author=AdministratorFactory(), body=f"@{inside.handle} @{outside.handle}")

    assert told(inside) == ["mention"]
    assert told(outside) == []


def test_chosen_channels_hold_and_none_at_all_stores_nothing() -> None:
    topic = TopicFactory()
    Choice.objects.create(member=topic.author, kind="answer", channel="site", on=False)
    PostFactory(topic=topic)
    assert told(topic.author, on_site=True) == []
    assert told(topic.author, by_mail=True) == ["answer"]

    Choice.objects.create(member=topic.author, kind="answer", channel="mail", on=False)
    PostFactory(topic=topic)

    assert told(topic.author) == ["answer"]


def test_old_news_from_a_replay_is_no_news(frozen_clock: Any) -> None:
    topic = TopicFactory()
    PostFactory(topic=topic)
    drain_activity()
    frozen_clock.shift(20 * 86_400)
    late = MemberFactory()
    topic_follow(member=late, topic_id=topic.pk, level=Level.WATCHING)

    activity_replay(handler=handlers["notifications.inbox"])

    assert told(late) == []


def test_a_level_is_told_on_the_way_up_only() -> None:
    from community.reputation.activities import LevelChanged

    member = MemberFactory()
    for rose in (True, False):
        with transaction.atomic():
            record(
                LevelChanged(level_id=2, previous_level_id=1, points=60, rose=rose),
                subject_id=member.pk,
                actor_id=None,
                origin="system",
            )

    assert told(member) == ["level"]


# what the pages show


def page_of(member: Member, address: str = "/notifications/") -> str:
    client = Client()
    client.force_login(member)
    return client.get(address).content.decode()


def answered(title: str = "It jams", **topic: Any) -> Topic:
    made: Topic = TopicFactory(title=title, **topic)
    PostFactory(topic=made, body="Grease it in spring.")
    drain_activity()
    return made


def test_the_bell_counts_what_names_the_member_and_not_the_rest() -> None:
    topic, watcher = answered(), MemberFactory()
    topic_follow(member=watcher, topic_id=topic.pk, level=Level.WATCHING)
    PostFactory(topic=topic)
    drain_activity()

    assert "data-bell-count>2<" in page_of(topic.author, "/settings/")
    assert "data-bell-count" not in page_of(watcher, "/settings/")
    assert "1 unread" in page_of(watcher)


def test_the_inbox_groups_by_topic_and_says_who_did_what() -> None:
    topic = answered()
    PostFactory(topic=topic, author=MemberFactory(name="Teun <b>"), body="Or in autumn.")
    drain_activity()

    page = page_of(topic.author)

    assert page.count("It jams</a></h3>") == 1
    assert "Teun &lt;b&gt;</b> answered your question" in page
    assert "Or in autumn." in page


def test_replies_are_counted_with_those_who_wrote_them_since_one_looked() -> None:
    topic, watcher, client = TopicFactory(title="Followed"), MemberFactory(), Client()
    topic_follow(member=watcher, topic_id=topic.pk, level=Level.WATCHING)
    PostFactory(topic=topic, author=MemberFactory(name="Earlier Writer"))
    drain_activity()
    client.force_login(watcher)
    client.post("/notifications/read/", {"list": "rest"})
    for name in ("Ada", "Ben", "Cleo", "Dan"):
        PostFactory(topic=topic, author=MemberFactory(name=name), body=f"{name} says so.")
    drain_activity()

    page = " ".join(page_of(watcher).split())

    assert ">4 replies</b> by Dan, Cleo and 2 others" in page
    assert "Earlier Writer" not in page
    assert "you watch this topic" in page


def test_opening_the_topic_reads_what_it_shows_and_its_own_bell_knows() -> None:
    topic = answered()

    assert "data-bell-count" not in page_of(topic.author, f"/t/{topic.pk}/{topic.slug}/")

    assert Notification.objects.get(member=topic.author).read_at is not None


def test_a_browser_that_fetches_ahead_reads_nothing() -> None:
    topic, client = answered(), Client()
    client.force_login(topic.author)

    client.get(f"/t/{topic.pk}/{topic.slug}/", headers={"Sec-Purpose": "prefetch"})

    assert Notification.objects.get(member=topic.author).read_at is None


def test_all_of_one_list_or_one_thread_is_read_by_a_press() -> None:
    topic, client = answered(), Client()
    PostFactory(topic=answered(title="Another", author=topic.author))
    client.force_login(topic.author)
    unread = Notification.objects.filter(member=topic.author, read_at=None)

    client.post("/notifications/read/", {"thread": f"forums.topic:{topic.pk}"})
    assert unread.count() == 1
    client.post("/notifications/read/", {"list": "rest"})
    assert unread.count() == 1
    client.post("/notifications/read/", {"list": "names"})
    assert unread.count() == 0


def test_nobody_reads_for_somebody_else() -> None:
    topic, client = answered(), Client()
    client.force_login(MemberFactory())

    client.post("/notifications/read/", {"thread": f"forums.topic:{topic.pk}"})

    assert Notification.objects.get(member=topic.author).read_at is None


def test_a_permission_that_goes_takes_the_lines_and_the_bell_with_it() -> None:
    category = CategoryFactory()
    topic = answered(title="Canary in a category", category=category)
    assert "Canary in a category" in page_of(topic.author)

    category_update(member=AdministratorFactory(), category_id=category.pk, audience="staff")
    drain_activity()

    assert "Canary in a category" not in page_of(topic.author)
    assert "data-bell-count" not in page_of(topic.author, "/settings/")


def test_long_inboxes_are_paged_by_thread_both_ways() -> None:
    asker = MemberFactory()
    for number in range(30):
        PostFactory(topic=TopicFactory(title=f"Question {number:02}"), body=f"As @{asker.handle} knows.")
    drain_activity()

    first = page_of(asker, "/notifications/?list=names")
    assert ("Question 29" in first, "Question 05" in first, "Question 04" in first) == (True, True, False)
    cursor = first.split("after=")[1].split('"')[0]
    second = page_of(asker, f"/notifications/?list=names&after={cursor}")
    assert ("Question 04" in second, "Question 05" in second) == (True, False)
    back = page_of(asker, f"/notifications/?list=names&before={second.split('before=')[1].split(chr(34))[0]}")
    assert ("Question 29" in back, "Question 05" in back) == (True, True)
