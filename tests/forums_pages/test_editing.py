"""Changing what was said: history, conflicts, deletion."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forums.models import Post
from tests.forums_pages.conftest import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def old_answer(answer: Any) -> Any:
    """An answer beyond the minutes in which a correction leaves no trace."""
    Post.objects.update(created_at=timezone.now() - timedelta(days=1))
    return answer


def edit(post: Any, **changes: Any) -> dict[str, Any]:
    return {"body": "Tighten the **fourth** screw.", "edit_number": post.edit_number, "act": "post", **changes}


def test_an_edit_shows_in_the_history_word_by_word(client: Client, old_answer: Any, helper: Any) -> None:
    response = signed_in(helper).post(f"/p/{old_answer.pk}/edit/", edit(old_answer))

    assert response.url.endswith("#post-2")
    page = text_of(client.get(f"/p/{old_answer.pk}/edits/"))
    assert "third</del>" in page
    assert "fourth</ins>" in page
    assert "Hugo Helper" in page
    assert f"/p/{old_answer.pk}/edits/" in text_of(client.get(response.url))


def test_the_first_post_changes_title_and_tags_too(question: Any, asker: Any) -> None:
    first = Post.objects.get()
    client = signed_in(asker)

    page = text_of(client.get(f"/p/{first.pk}/edit/"))
    client.post(
        f"/p/{first.pk}/edit/",
        {"body": "New text.", "edit_number": 0, "title": "Why does it hum by day?", "tags": "noise, day"},
    )

    assert 'value="noise, B6"' in page
    question.refresh_from_db()
    assert question.title == "Why does it hum by day?"
    assert [name for _slug, name in question.tag_names] == ["noise", "day"]


def test_whoever_comes_second_sees_both_texts_and_what_differs(old_answer: Any, helper: Any, moderator: Any) -> None:
    signed_in(moderator).post(f"/p/{old_answer.pk}/edit/", edit(old_answer, body="Tighten the **fifth** screw."))

    response = signed_in(helper).post(f"/p/{old_answer.pk}/edit/", edit(old_answer))

    page = text_of(response)
    assert response.status_code == 409
    assert "Somebody changed this post while you were writing." in page
    assert "Tighten the **fifth** screw." in page
    assert "Tighten the **fourth** screw." in page
    assert "fifth</del>" in page
    assert "fourth</ins>" in page


def test_after_a_conflict_saving_again_is_an_edit_of_the_newer_text(
    old_answer: Any, helper: Any, moderator: Any
) -> None:
    signed_in(moderator).post(f"/p/{old_answer.pk}/edit/", edit(old_answer, body="Tighten the **fifth** screw."))
    client = signed_in(helper)
    page = text_of(client.post(f"/p/{old_answer.pk}/edit/", edit(old_answer)))

    assert 'name="edit_number" value="1"' in page
    response = client.post(f"/p/{old_answer.pk}/edit/", edit(old_answer, edit_number=1))

    assert response.status_code == 302
    old_answer.refresh_from_db()
    assert old_answer.raw == "Tighten the **fourth** screw."


def test_others_may_not_edit(answer: Any, asker: Any, client: Client) -> None:
    response = signed_in(asker).get(f"/p/{answer.pk}/edit/")

    assert response.status_code == 403
    assert "Only the author can change this post." in text_of(response)
    assert client.get(f"/p/{answer.pk}/edit/").url.startswith("/accounts/login/")


def test_deleting_asks_first(answer: Any, helper: Any) -> None:
    client = signed_in(helper)

    page = text_of(client.get(f"/p/{answer.pk}/delete/"))
    client.post(f"/p/{answer.pk}/delete/")

    assert "Delete post 2?" in page
    answer.refresh_from_db()
    assert answer.visibility == "deleted"


def test_a_moderator_hides_and_restores(question: Any, answer: Any, moderator: Any, client: Client) -> None:
    mod = signed_in(moderator)
    here = reverse("forums:topic", args=[question.pk, question.slug])

    mod.post(f"/p/{answer.pk}/hide/")
    hidden = text_of(client.get(here))
    mod.post(f"/p/{answer.pk}/restore/")

    assert "Post 2 was removed" in hidden
    assert "third" in text_of(client.get(here))


def test_a_draft_of_an_edit_is_back(answer: Any, helper: Any) -> None:
    client = signed_in(helper)
    client.post("/drafts/save/", {"context": f"edit:{answer.pk}", "sequence": "0", "body": "Half an edit"})

    assert "Half an edit" in text_of(client.get(f"/p/{answer.pk}/edit/"))


def test_a_post_nobody_edited_says_so(client: Client, answer: Any) -> None:
    assert "Nothing was changed" in text_of(client.get(f"/p/{answer.pk}/edits/"))


def test_a_draft_of_an_older_text_meets_the_newer_one_as_a_conflict(
    old_answer: Any, helper: Any, moderator: Any
) -> None:
    client = signed_in(helper)
    saved = {"context": f"edit:{old_answer.pk}", "sequence": "0", "base": "0", "body": "Half an edit"}
    client.post("/drafts/save/", saved)
    signed_in(moderator).post(f"/p/{old_answer.pk}/edit/", edit(old_answer, body="Tighten the **fifth** screw."))

    page = text_of(client.get(f"/p/{old_answer.pk}/edit/"))

    assert "Somebody changed this post while you were writing." in page
    assert "Tighten the **fifth** screw." in page
    assert "Half an edit" in page
