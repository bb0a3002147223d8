"""The socket of a tab: who gets one, what it hears, and when it ends."""

import asyncio
import time
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.core.cache import cache

from community.activity.delivery import drain_activity
from community.core.audience import MEMBERS, PUBLIC, STAFF, member_token
from community.live import consumers, presence
from community.live.sending import send_hints
from community.members.models import Member
from community.members.services import roles_set, sessions_end
from community.members.suspending import member_suspend
from community.work.hints import Hint
from forums.models import Topic
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.live.tabs import Tab, cookie_of, do, play

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _one_process(settings: LazySettings) -> None:
    """Everything in this process, whatever the suite runs on; `test_across_processes.py` has Redis."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    presence.presence._relay = None


@pytest.fixture
def topic() -> Topic:
    made: Topic = TopicFactory()
    drain_activity()
    return made


def reply(topic: Topic) -> None:
    """Write a reply and let the worker do its part."""
    PostFactory(topic=topic)
    drain_activity()


def hint(topic: Topic, *tokens: str) -> None:
    send_hints([Hint("forums.topic", topic.pk, frozenset(tokens))])


def test_a_reply_reaches_the_tab_that_shows_its_topic(topic: Topic) -> None:
    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}") as tab:
            await do(reply, topic)
            assert await tab.changed() == [f"forums.topic:{topic.pk}"]

    play(scene)


def test_a_frame_holds_names_and_a_number_and_nothing_else(topic: Topic) -> None:
    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}") as tab:
            await do(reply, topic)
            frame = await tab.frame()
            assert abs(frame.pop("at") - time.time()) < 5
            assert frame == {"changed": [f"forums.topic:{topic.pk}"], "within_ms": consumers.SPREAD_MS}

    play(scene)


def test_a_tab_hears_of_what_it_shows_only(topic: Topic) -> None:
    other = TopicFactory()
    drain_activity()

    async def scene() -> None:
        async with Tab(on=f"forums.topic:{other.pk},forums.category:{topic.category_id}") as tab:
            await do(reply, topic)
            assert await tab.hears_nothing()

    play(scene)


def test_a_new_topic_reaches_the_tab_that_shows_its_category() -> None:
    category = CategoryFactory()

    async def scene() -> None:
        async with Tab(on=f"forums.category:{category.pk}") as tab:
            await do(lambda: (TopicFactory(category=category), drain_activity()))
            assert await tab.changed() == [f"forums.category:{category.pk}"]

    play(scene)


def test_a_burst_comes_in_two_frames(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "QUIET_S", 1.0)

    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}") as tab:
            for _ in range(40):
                hint(topic, PUBLIC)
                await asyncio.sleep(0.002)
            assert await tab.changed() == await tab.changed() == [f"forums.topic:{topic.pk}"]
            assert await tab.hears_nothing(1.5)

    play(scene)


@pytest.mark.parametrize(
    ("audience", "who"), [("members", "visitor"), ("staff", "visitor"), ("staff", "customer"), ("members", "suspended")]
)
def test_nobody_hears_of_what_is_not_for_them(audience: str, who: str) -> None:
    topic = TopicFactory(category=CategoryFactory(audience=audience), author=ModeratorFactory())
    drain_activity()
    member = {"visitor": None, "customer": MemberFactory(), "suspended": MemberFactory()}[who]
    cookie = cookie_of(member)
    if who == "suspended":
        Member.objects.filter(pk=member.pk).update(state="suspended", is_active=False)  # the session outlives it

    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}", cookie=cookie) as tab:
            assert tab.is_open
            await do(lambda: (PostFactory(topic=topic, author=topic.author), drain_activity()))
            assert await tab.hears_nothing()

    play(scene)


def test_what_is_missing_and_what_is_secret_look_the_same() -> None:
    secret = TopicFactory(category=CategoryFactory(audience="staff"), author=ModeratorFactory())

    async def scene() -> None:
        for on in (f"forums.topic:{secret.pk}", "forums.topic:987654", "no.kind:1", "nonsense", ""):
            async with Tab(on=on, age_s=10**6) as tab:
                assert tab.is_open
                assert await tab.hears_nothing()

    play(scene)


def test_a_hint_goes_to_its_audience_among_those_who_listen(topic: Topic) -> None:
    """The topic was open to all when they came; now something in it is for colleagues."""
    staff_cookie = cookie_of(ModeratorFactory())

    async def scene() -> None:
        name = f"forums.topic:{topic.pk}"
        async with Tab(on=name) as visitor, Tab(on=name, cookie=staff_cookie) as colleague:
            hint(topic, STAFF)
            assert await colleague.changed() == [name]
            assert await visitor.hears_nothing()

    play(scene)


def test_who_loses_a_role_hears_no_more_at_once(topic: Topic) -> None:
    moderator, administrator = ModeratorFactory(), MemberFactory(roles=["administrator"])
    cookie = cookie_of(moderator)

    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}", cookie=cookie) as tab:
            await do(lambda: (roles_set(administrator, member=moderator, roles=[]), drain_activity()))
            async with asyncio.timeout(5):
                while any(STAFF in socket.viewer.tokens for socket in presence.presence.sockets):
                    await asyncio.sleep(0.05)
            hint(topic, STAFF)
            assert await tab.hears_nothing()
            hint(topic, MEMBERS)
            assert await tab.changed()

    play(scene)


def test_a_bell_rings_for_its_member_alone() -> None:
    member, other = MemberFactory(), MemberFactory()
    cookies = cookie_of(member), cookie_of(other)
    name = f"notifications.bell:{member.pk}"

    async def scene() -> None:
        async with Tab(on=name, cookie=cookies[0]) as mine, Tab(on=name, cookie=cookies[1]) as theirs:
            send_hints([Hint("notifications.bell", member.pk, frozenset({member_token(member.pk)}))])
            assert await mine.changed() == [name]
            assert await theirs.hears_nothing()

    play(scene)


def test_a_suspension_ends_the_socket_at_once() -> None:
    moderator, member = ModeratorFactory(), MemberFactory()
    cookie = cookie_of(member)

    async def scene() -> None:
        async with Tab(cookie=cookie) as tab:
            await do(lambda: (member_suspend(moderator, member=member, reason="spam"), drain_activity()))
            assert await tab.closed_with() == consumers.SIGNED_OUT

    play(scene)


def _new_password(member: Member) -> None:
    member.set_password("a-better-one-than-before")
    member.save(update_fields=["password"])


@pytest.mark.parametrize(
    "sign_out",
    [
        lambda member: Session.objects.all().delete(),
        lambda member: sessions_end(member_id=member.pk) or Session.objects.all().delete(),
        _new_password,
    ],
    ids=["signed out", "ended everywhere", "another password"],
)
def test_a_socket_ends_soon_after_its_session(sign_out: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "SWEEP_S", 0.05)
    member = MemberFactory()
    cookie = cookie_of(member)

    async def scene() -> None:
        async with Tab(cookie=cookie) as tab:
            await asyncio.sleep(0.2)
            assert await tab.hears_nothing()
            await do(sign_out, member)
            assert await tab.closed_with() == consumers.SIGNED_OUT

    play(scene)


def test_a_page_is_told_what_happened_while_it_was_on_its_way(topic: Topic) -> None:
    async def scene() -> None:
        async with Tab() as somebody:  # a process that has no socket keeps no account of hints
            assert somebody.is_open
            await do(reply, topic)
            await asyncio.sleep(0.05)
        async with Tab(on=f"forums.topic:{topic.pk}", age_s=0.3) as tab:
            assert await tab.changed() == [f"forums.topic:{topic.pk}"]

    play(scene)


def test_what_it_missed_was_for_its_audience_only(topic: Topic) -> None:
    async def scene() -> None:
        async with Tab() as somebody:
            assert somebody.is_open
            hint(topic, STAFF)
            await asyncio.sleep(0.05)
        async with Tab(on=f"forums.topic:{topic.pk}", age_s=0.3) as tab:
            assert await tab.hears_nothing()

    play(scene)


def test_a_page_that_was_away_for_long_is_told_to_look_at_everything(topic: Topic) -> None:
    names = [f"forums.category:{topic.category_id}", f"forums.topic:{topic.pk}"]

    async def scene() -> None:
        async with Tab(on=",".join(names), age_s=3600) as tab:
            assert await tab.changed() == names

    play(scene)


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        ("http://localhost", True),
        ("https://localhost", True),
        ("http://localhost:1", False),
        ("http://evil.example", False),
        ("http://localhost.evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_our_own_pages_get_a_socket(origin: str, welcome: bool) -> None:
    async def scene() -> None:
        async with Tab(origin=origin) as tab:
            assert tab.is_open is welcome

    play(scene)


def test_where_cookies_are_for_https_a_page_without_it_gets_none(settings: LazySettings) -> None:
    settings.SESSION_COOKIE_SECURE = True

    async def scene() -> None:
        async with Tab(origin="http://localhost") as tab:
            assert not tab.is_open

    play(scene)


def test_there_is_one_address() -> None:
    async def scene() -> None:
        async with Tab(path="/ws/other/") as tab:
            assert not tab.is_open

    play(scene)


def test_a_beat_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "BEAT_EVERY_MIN_S", 0)

    async def scene() -> None:
        async with Tab() as tab:
            await tab.says(text=".")
            answer = await tab.frame()
            assert (answer["changed"], answer["within_ms"]) == ([], 0)

    play(scene)


@pytest.mark.parametrize("said", [{"text": "hello"}, {"data": b"."}, {"text": "." * 100_000}])
def test_whoever_says_anything_else_is_cut_off(said: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "BEAT_EVERY_MIN_S", 0)

    async def scene() -> None:
        async with Tab() as tab:
            await tab.says(**said)
            assert await tab.closed_with() == consumers.NOT_UNDERSTOOD

    play(scene)


def test_whoever_beats_too_fast_is_cut_off() -> None:
    async def scene() -> None:
        async with Tab() as tab:
            await tab.says(text=".")
            assert await tab.closed_with() == consumers.NOT_UNDERSTOOD

    play(scene)


def test_whoever_is_silent_for_long_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "SWEEP_S", 0.05)
    monkeypatch.setattr(presence, "SILENT_S", 0.1)

    async def scene() -> None:
        async with Tab() as tab:
            assert await tab.is_dropped()
            assert not presence.presence.sockets

    play(scene)


def test_whoever_takes_no_frame_is_dropped(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "SLOW_S", 0.1)

    async def never(self: Any, text_data: str) -> None:
        await asyncio.sleep(60)

    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}") as tab:
            monkeypatch.setattr(consumers.LiveConsumer, "send", never)
            hint(topic, PUBLIC)
            assert await tab.is_dropped()
            assert not presence.presence.sockets

    play(scene)


@pytest.mark.parametrize("limit", ["ADDRESS_MAX", "SOCKETS_MAX"])
def test_tabs_are_limited(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, limit, 2)

    async def scene() -> None:
        async with Tab() as first, Tab() as second, Tab() as third:
            assert (first.is_open, second.is_open, third.is_open) == (True, True, False)
        async with Tab() as later:
            assert later.is_open

    play(scene)


def test_a_member_with_too_many_tabs_loses_the_one_that_is_silent_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "MEMBER_MAX", 2)
    cookie, other = cookie_of(MemberFactory()), cookie_of(MemberFactory())

    async def scene() -> None:
        first, another, second, third = (Tab(cookie=one) for one in (cookie, other, cookie, cookie))
        async with first, another, second, third:
            assert await first.is_dropped()
            assert third.is_open
            assert not second.is_gone
            assert not another.is_gone

    play(scene)


def test_opening_is_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.live.viewers.CONNECT_RATE", "2/h")

    async def scene() -> None:
        opened = []
        for _ in range(3):
            async with Tab() as tab:
                opened.append(tab.is_open)
        assert opened == [True, True, False]

    play(scene)


def test_a_closed_tab_leaves_nothing_behind(topic: Topic) -> None:
    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}"):
            assert len(presence.presence.sockets) == 1
        assert not presence.presence.sockets
        assert not get_channel_layer().groups

    play(scene)
