"""The pages without a script: reporting, deciding, undoing, rules, log, waves; what they cost."""

import tomllib
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.activity.delivery import drain_activity
from community.moderation.models import Decision, Flag, Review
from community.moderation.services import blocked_add
from forums.models import Post, Topic
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.moderation.worlds import LINK, held_post, review_of

pytestmark = pytest.mark.django_db
BUDGETS = tomllib.loads((Path(__file__).parent.parent / "budgets.toml").read_text())


def signed_in(member=None) -> Client:
    client = Client()
    client.force_login(member or ModeratorFactory())
    return client


def press(client: Client, review_id: int, **data: str):
    return client.post(reverse("moderation:review_decide", args=[review_id]), data, follow=True)


def test_a_member_reports_and_gets_a_receipt():
    member, post = MemberFactory(), PostFactory()
    client, address = signed_in(member), reverse("moderation:flag_create", args=["forums.post", post.pk])

    assert "What is wrong with it?" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    page = client.post(address, {"reason": "rude", "text": "It hurts."}, follow=True).content.decode()

    assert "A moderator will look at it" in page
    assert "It hurts." in page
    assert "reported this already" in client.get(address).content.decode()


def test_in_a_dialog_the_receipt_takes_the_place_of_the_form():
    post = PostFactory()
    client, address = signed_in(MemberFactory()), reverse("moderation:flag_create", args=["forums.post", post.pk])
    htmx = {"HX-Request": "true"}

    form = client.get(address, headers=htmx).content.decode()
    receipt = client.post(address, {"reason": "spam"}, headers=htmx).content.decode()

    assert "<html" not in form + receipt
    assert f"Report {Flag.objects.get().pk}" in receipt


def test_reports_are_limited():
    client = signed_in(MemberFactory())
    address = reverse("moderation:flag_create", args=["forums.post", PostFactory().pk])

    statuses = [client.post(address, {"reason": "spam"}).status_code for _ in range(21)]

    assert (statuses[0], statuses[-1]) == (302, 429)


def test_the_queue_opens_the_oldest_and_goes_on_after_a_decision():
    client = signed_in()
    first, second = held_post(body=f"First. {LINK}"), held_post(body=f"Second. {LINK}")
    opened = client.get(reverse("moderation:queue")).content.decode()
    assert "First. " in opened
    assert "Yours until" in opened

    after = press(client, review_of(first).pk, do="reject", reason="spam", message="No.").content.decode()

    assert "Second. " in after
    assert "Rejected" in after
    assert Post.objects.get(pk=first.pk).visibility == "hidden"
    assert Post.objects.get(pk=second.pk).visibility == "held"
    batch = Decision.objects.get().batch
    back = client.post(reverse("moderation:decision_undo"), {"batch": batch}, follow=True).content.decode()
    assert "First. " in back
    assert Post.objects.get(pk=first.pk).visibility == "held"


def test_the_second_moderator_sees_who_is_on_it_and_cannot_decide():
    one, two = ModeratorFactory(name="Una Ona"), ModeratorFactory()
    post = held_post()
    review_id = review_of(post).pk
    signed_in(one).get(reverse("moderation:queue"))

    page = signed_in(two).get(reverse("moderation:review", args=[review_id])).content.decode()
    refused = press(signed_in(two), review_id, do="approve").content.decode()

    assert "Una Ona is on it" in page
    assert 'value="approve"' not in page
    assert "Somebody else is on this" in refused
    assert Post.objects.get(pk=post.pk).visibility == "held"


def test_a_note_stays_with_the_thing_and_a_refusal_keeps_the_text():
    client, post = signed_in(), held_post()
    review_id = review_of(post).pk

    assert "Ask sales first." in press(client, review_id, do="note", note="Ask sales first.").content.decode()
    refused = press(client, review_id, do="revise", text="   ")

    assert refused.status_code == 422
    assert "Write something first." in refused.content.decode()


def test_prefetching_claims_nothing():
    post = held_post()

    signed_in().get(reverse("moderation:queue"), headers={"Sec-Purpose": "prefetch"})

    assert review_of(post).claimed_by is None


def test_what_was_decided_leads_back_to_the_queue():
    client, post = signed_in(), held_post()
    review_id = review_of(post).pk
    press(client, review_id, do="approve")

    page = client.get(reverse("moderation:review", args=[review_id]), follow=True)

    assert "This is decided already." in page.content.decode()
    assert client.get(reverse("moderation:review", args=[10**6])).status_code == 404


def test_an_empty_queue_says_so():
    assert "Nothing waits for you" in signed_in().get(reverse("moderation:queue")).content.decode()


def test_rules_are_read_and_changed_and_logged():
    client, address = signed_in(), reverse("moderation:rules")
    client.post(address, {"do": "rule", "screen": "many_links", "action": "refuse", "limit": "3"})
    client.post(address, {"do": "block", "kind": "domain", "value": "https://www.Shop.example/x"})
    client.post(address, {"do": "settings", "target_minutes": "30", "hide_score": "4"})

    page = client.get(address).content.decode()
    log = client.get(reverse("moderation:log")).content.decode()

    assert "shop.example" in page
    assert 'value="30"' in page
    assert "many_links: refuse, 3" in log
    assert client.post(address, {"do": "block", "kind": "domain", "value": "nowhere"}).status_code == 422


def test_a_wave_is_counted_hidden_and_undone_in_one_press():
    category, moderator = CategoryFactory(), ModeratorFactory()
    for author in MemberFactory.create_batch(3):
        for _ in range(2):
            TopicFactory(category=category, author=author, body="Cheap https://wave.example/x")
    spared = PostFactory(body="See https://wave.example too", author=MemberFactory(trust_level=2))
    drain_activity()
    client, address = signed_in(moderator), reverse("moderation:wave", args=["host:wave.example"])

    assert "6 texts of 3 new accounts" in client.get(reverse("moderation:queue")).content.decode()
    assert "Hide 6" in client.get(address).content.decode()
    client.post(address, {})

    held = Topic.objects.exclude(pk=spared.topic_id)
    assert set(held.values_list("visibility", flat=True)) == {"hidden"}
    assert Post.objects.get(pk=spared.pk).visibility == "visible"
    batch = Decision.objects.values_list("batch", flat=True).distinct().get()
    client.post(reverse("moderation:decision_undo"), {"batch": batch})
    assert set(held.values_list("visibility", flat=True)) == {"held"}
    assert Review.objects.waiting().count() == 6


def test_what_arrived_hidden_is_listed_apart_and_is_no_work():
    post = PostFactory()
    Post.objects.filter(pk=post.pk).update(visibility="hidden", source_key="elsewhere:1")
    client = signed_in()

    assert not Review.objects.exists()
    assert post.topic.title in client.get(reverse("moderation:log"), {"show": "import"}).content.decode()
    assert "Nothing waits for you" in client.get(reverse("moderation:queue")).content.decode()


@pytest.mark.parametrize("name", ["moderation:queue", "moderation:log"])
def test_pages_cost_the_same_with_three_rows_and_with_thirty(name):
    client = signed_in()
    blocked_add(actor=ModeratorFactory(), site_id=TopicFactory().site_id, kind="word", value="xyzzy")
    costs = []
    for rows in (3, 27):
        for _ in range(rows):
            held_post()
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name)).status_code == 200
        costs.append(sum("SAVEPOINT" not in query["sql"] for query in captured))

    assert costs[0] == costs[1]
    assert costs[0] <= BUDGETS[name.replace(":", "_")]["member"]
