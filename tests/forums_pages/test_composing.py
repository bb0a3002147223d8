"""Asking and replying: nothing written is lost, nothing is sent twice."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from forums.models import Draft, Post, Topic
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.factories.members import MemberFactory, MemberGroupFactory
from tests.forums_pages.conftest import signed_in, text_of

pytestmark = pytest.mark.django_db

ASK = "/ask/"


def form_of(category: Any, **changes: Any) -> dict[str, Any]:
    return {
        "category": category.slug,
        "title": "Why does it hum at night?",
        "body": "It **hums** from two to four.",
        "tags": "noise, B6",
        "language": "en",
        "key": "0123456789abcdef",
        "act": "post",
        **changes,
    }


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 90, 20)).save(out, "PNG")
    return SimpleUploadedFile("bolt.png", out.getvalue(), content_type="image/png")


def test_asking_makes_a_question_with_its_tags_and_leads_to_it(asker: Any) -> None:
    category = CategoryFactory()

    response = signed_in(asker).post(ASK, form_of(category))

    topic = Topic.objects.get()
    assert response.url == reverse("forums:topic", args=[topic.pk, topic.slug])
    assert [name for _slug, name in topic.tag_names] == ["noise", "B6"]
    assert topic.state == "new"


def test_a_category_for_discussions_starts_one(asker: Any) -> None:
    category = CategoryFactory(discussion=True)

    signed_in(asker).post(ASK, form_of(category))

    assert Topic.objects.get().kind == "discussion"


def test_sending_the_same_form_twice_makes_one_topic(asker: Any) -> None:
    category, client = CategoryFactory(), signed_in(asker)

    first, second = (client.post(ASK, form_of(category)) for _ in range(2))

    assert first.url == second.url
    assert Topic.objects.count() == 1


def test_what_is_wrong_stands_beside_its_field_and_the_summary_takes_the_focus(asker: Any) -> None:
    response = signed_in(asker).post(ASK, form_of(CategoryFactory(), title="Hm", body=""))

    page = text_of(response)
    assert response.status_code == 422
    assert "data-focus" in page
    assert 'href="#id_body"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="Hm"' in page


def test_a_refusal_of_the_service_stands_beside_its_field_too(asker: Any) -> None:
    response = signed_in(asker).post(ASK, form_of(CategoryFactory(), title="Hm"))

    assert response.status_code == 422
    assert "at least five characters" in text_of(response)
    assert "It **hums** from two to four." in text_of(response)


def test_the_address_chooses_the_category_and_brings_its_template(asker: Any) -> None:
    CategoryFactory(slug="first")
    CategoryFactory(slug="second", template="Model:\nFirmware:")

    page = text_of(signed_in(asker).get(ASK, {"category": "second"}))

    assert '<option value="second" selected>' in page
    assert "Model:\nFirmware:" in page


def test_limits_are_said_before_sending(client: Client) -> None:
    CategoryFactory()

    page = text_of(client.get(ASK))

    assert "Up to 10 questions an hour." in page
    assert "30,000 characters" in page


def test_the_preview_without_a_script_keeps_the_text_and_judges_nothing(asker: Any) -> None:
    response = signed_in(asker).post(ASK, form_of(CategoryFactory(), title="", act="preview"))

    page = text_of(response)
    assert response.status_code == 200
    assert "<strong>hums</strong>" in page
    assert "It **hums** from two to four." in page
    assert "Say it in one sentence" not in page
    assert not Topic.objects.exists()


def test_the_preview_fragment_is_what_would_be_published(asker: Any) -> None:
    response = signed_in(asker).post(
        "/ask/preview/", {"body": "**b** <a data-hx-get='/x'>c</a>\n\n<script>alert(1)</script>"}
    )

    fragment = text_of(response)
    assert "<strong>b</strong>" in fragment
    assert "script" not in fragment
    assert "data-hx" not in fragment


def test_a_picture_is_added_without_a_script_with_its_description(asker: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    data = form_of(CategoryFactory(), act="attach", picture=picture(), picture_alt="Bolt [half] out")

    page = text_of(signed_in(asker).post(ASK, data))

    assert re.search(r"!\[Bolt half out\]\(/media/post/\d+/\w{32}\.webp\)", page)


def test_a_file_that_is_no_picture_is_refused_and_the_text_stays(asker: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", content_type="image/png")

    response = signed_in(asker).post(ASK, form_of(CategoryFactory(), act="attach", picture=file))

    assert response.status_code == 422
    assert "Only PNG, JPEG, WebP and GIF" in text_of(response)
    assert "It **hums** from two to four." in text_of(response)


def test_a_script_uploads_a_picture_and_learns_its_address(asker: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = signed_in(asker)

    good = client.post("/ask/picture/", {"image": picture()})
    bad = client.post("/ask/picture/", {})

    assert good.status_code == 201
    assert good.json()["url"].startswith(f"/media/post/{asker.pk}/")
    assert bad.status_code == 422
    assert bad.json()["reason"]


def test_what_a_visitor_asks_waits_through_sign_in(client: Client, asker: Any) -> None:
    category = CategoryFactory(slug="chosen")

    sent = client.post(ASK, form_of(category))
    client.force_login(asker)
    page = text_of(client.get(ASK))
    again = text_of(client.get(ASK))

    assert sent.url == "/accounts/login/?next=%2Fask%2F"
    assert 'value="Why does it hum at night?"' in page
    assert "It **hums** from two to four." in page
    assert '<option value="chosen" selected>' in page
    assert "It **hums** from two to four." in again
    assert not Topic.objects.exists()


def test_what_a_visitor_replies_joins_the_draft_they_had(client: Client, question: Any, helper: Any) -> None:
    signed_in(helper).post("/drafts/save/", {"context": f"reply:{question.pk}", "sequence": "0", "body": "Earlier."})

    client.post(f"/t/{question.pk}/reply/", {"body": "Later."})
    client.force_login(helper)
    page = text_of(client.get(reverse("forums:topic", args=[question.pk, question.slug])))

    assert "Earlier.\n\nLater." in page
    assert Draft.objects.get().sequence == 2


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_site_cannot_leave_a_text_here(client: Client, headers: dict[str, str]) -> None:
    assert client.post(ASK, form_of(CategoryFactory()), headers=headers).status_code == 403


def test_a_member_needs_the_token_of_the_form(asker: Any, question: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(asker)

    assert client.post(ASK, form_of(question.category)).status_code == 403
    assert client.post(f"/t/{question.pk}/reply/", {"body": "Hello."}).status_code == 403
    assert Post.objects.count() == 1


def test_a_reply_lands_at_its_number_and_the_draft_ends(question: Any, helper: Any) -> None:
    client = signed_in(helper)
    client.post("/drafts/save/", {"context": f"reply:{question.pk}", "sequence": "0", "body": "Half a"})

    response = client.post(f"/t/{question.pk}/reply/", {"body": "Half a thought, finished.", "key": "k" * 32})
    again = client.post(f"/t/{question.pk}/reply/", {"body": "Half a thought, finished.", "key": "k" * 32})

    assert response.url.endswith("#post-2")
    assert again.url == response.url
    assert Post.objects.count() == 2
    assert not Draft.objects.exists()


def test_an_empty_reply_is_refused_in_place(question: Any, helper: Any) -> None:
    response = signed_in(helper).post(f"/t/{question.pk}/reply/", {"body": "   "})

    assert response.status_code == 422
    assert "Write something first." in text_of(response)


def test_too_many_posts_are_refused_and_the_text_stays(question: Any, helper: Any) -> None:
    client = signed_in(helper)
    for number in range(30):
        client.post(f"/t/{question.pk}/reply/", {"body": f"Reply {number}"})

    response = client.post(f"/t/{question.pk}/reply/", {"body": "One more thing"})

    assert response.status_code == 429
    assert "One more thing" in text_of(response)
    assert Post.objects.count() == 31


def test_a_draft_of_another_device_is_back_and_says_so(question: Any, helper: Any) -> None:
    signed_in(helper).post("/drafts/save/", {"context": f"reply:{question.pk}", "sequence": "0", "body": "On my phone"})

    page = text_of(signed_in(helper).get(reverse("forums:topic", args=[question.pk, question.slug])))

    assert "Your draft is back." in page
    assert "On my phone" in page
    assert 'name="sequence" value="1"' in page


def test_a_tab_that_saves_over_another_gets_both_texts(helper: Any) -> None:
    client = signed_in(helper)
    first = client.post("/drafts/save/", {"context": "ask", "sequence": "0", "body": "one"})

    second = client.post("/drafts/save/", {"context": "ask", "sequence": "0", "body": "two"})

    assert first.json()["sequence"] == 1
    assert "Draft saved at" in first.json()["notice"]
    assert second.status_code == 409
    assert (second.json()["body"], second.json()["sequence"]) == ("one", 1)


def test_drafts_are_listed_and_discarded(helper: Any, question: Any) -> None:
    client = signed_in(helper)
    client.post("/drafts/save/", {"context": "ask", "sequence": "0", "title": "About noise", "body": "b"})
    client.post("/drafts/save/", {"context": f"reply:{question.pk}", "sequence": "0", "body": "r"})

    page = text_of(client.get("/drafts/"))
    client.post("/drafts/discard/", {"context": "ask"})

    assert "About noise" in page
    assert question.title in page
    assert [draft.context for draft in Draft.objects.all()] == [f"reply:{question.pk}"]


def test_the_draft_in_the_form_can_be_discarded(helper: Any, question: Any) -> None:
    client = signed_in(helper)
    client.post("/drafts/save/", {"context": f"reply:{question.pk}", "sequence": "0", "body": "r"})

    client.post(f"/t/{question.pk}/reply/", {"act": "discard", "body": "r"})

    assert not Draft.objects.exists()


def test_quoting_without_a_script_puts_the_post_into_the_reply(question: Any, answer: Any, asker: Any) -> None:
    page = text_of(
        signed_in(asker).get(reverse("forums:topic", args=[question.pk, question.slug]), {"quote": answer.pk})
    )

    assert "&gt; Tighten the **third** screw." in page
    assert "Hugo Helper, post 2" in page


def test_selected_words_are_quoted_with_their_source(question: Any, answer: Any, asker: Any) -> None:
    quoted = text_of(signed_in(asker).get(f"/p/{answer.pk}/quote/", {"words": "the third\nscrew"}))

    assert quoted.startswith("> the third\n> screw\n>\n> ")
    assert "Hugo Helper, post 2" in quoted


def test_names_are_suggested_by_handle_and_by_name(asker: Any) -> None:
    MemberFactory(handle="tomas", name="Tomás Rey")
    MemberFactory(handle="other", name="Tommy Other")
    MemberFactory(handle="tomboy", unconfirmed=True)

    found = signed_in(asker).get("/ask/names/", {"q": "tom"}).json()["members"]

    assert found == [{"handle": "other", "name": "Tommy Other"}, {"handle": "tomas", "name": "Tomás Rey"}]


@pytest.mark.parametrize("address", ["/drafts/", "/ask/names/?q=a"])
def test_visitors_are_sent_to_sign_in(client: Client, address: str) -> None:
    assert client.get(address).url.startswith("/accounts/login/")


def test_what_is_held_where_not_every_member_reads_leads_above_it_and_says_so() -> None:
    group = MemberGroupFactory()
    newcomer = MemberFactory(groups_joined=[group])
    category = CategoryFactory(audience=f"group:{group.pk}")
    topic = TopicFactory(category=category, author=MemberFactory(groups_joined=[group]))
    client, link = signed_in(newcomer), "See https://shop.example/offer for more."

    asked = client.post(ASK, form_of(category, body=link), follow=True)
    replied = client.post(f"/t/{topic.pk}/reply/", {"body": link}, follow=True)

    assert set(Post.objects.filter(author=newcomer).values_list("visibility", flat=True)) == {"held"}
    assert asked.redirect_chain[-1][0] == reverse("forums:category", args=[category.slug])
    assert replied.redirect_chain[-1][0] == reverse("forums:topic", args=[topic.pk, topic.slug])
    for answer in (asked, replied):
        assert "A moderator looks at it; then it appears here." in text_of(answer)


def test_a_question_has_a_title_and_a_member_another_in_spanish(client):
    client.force_login(MemberFactory(title="installer"))
    CategoryFactory()

    assert ">Título<" in text_of(client.get("/es/ask/"))
    assert ">Cargo <small>" in text_of(client.get("/es/settings/"))
