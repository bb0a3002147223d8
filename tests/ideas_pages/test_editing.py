"""Changing an idea or a comment: by whom, in conflict, and when a moderator has to look at it first."""

import re

import pytest

from community.activity.models import Activity
from community.moderation.models import HeldChange, Review
from community.moderation.services import Ruling, decision_undo, review_decide
from ideas.models import Idea, Status
from ideas.services import comment_edit, idea_edit, idea_hide, status_change
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.factories.members import MemberFactory, ModeratorFactory, ProductManagerFactory
from tests.ideas_pages.conftest import signed_in, text_of

pytestmark = pytest.mark.django_db
LINKS = "Cheap at https://one.example/a and https://two.example/b"


def edit(**changes):
    """Return a form that changes the words of an idea."""
    return {"title": "A night mode for all displays", "body": "It **wakes** us.", "edit_number": 0, **changes}


def test_the_author_changes_the_words_and_the_address_follows(idea):
    browser = signed_in(idea.author)
    form = text_of(browser.get(f"/i/{idea.pk}/edit/"))
    answer = browser.post(f"/i/{idea.pk}/edit/", edit())

    idea.refresh_from_db()
    assert 'value="A night mode for the display"' in form
    assert (idea.title, idea.edit_number) == ("A night mode for all displays", 1)
    assert answer["Location"] == f"/i/{idea.pk}/a-night-mode-for-all-displays/"
    page = text_of(browser.get(answer["Location"]))
    assert "<strong>wakes</strong>" in page
    assert "<span>edited</span>" in page
    assert f'href="/i/{idea.pk}/edit/"' in page
    assert Activity.objects.get(type="ideas.idea_edited").actor_id == idea.author_id


def test_others_neither_find_the_way_nor_may_go_it(idea, customer, client):
    browser = signed_in(customer)

    assert f"/i/{idea.pk}/edit/" not in text_of(browser.get(f"/i/{idea.pk}/{idea.slug}/"))
    assert browser.get(f"/i/{idea.pk}/edit/").status_code == 403
    assert browser.post(f"/i/{idea.pk}/edit/", edit()).status_code == 403
    assert client.get(f"/i/{idea.pk}/edit/").url.startswith("/accounts/login/")
    assert Idea.objects.get().edit_number == 0


def test_a_moderator_changes_words_of_others_also_of_a_decided_idea(idea):
    planned = Status.objects.get(kind="shipped")
    status_change(member=ProductManagerFactory(), idea_id=idea.pk, status_id=planned.pk, note="There it is.")

    assert signed_in(idea.author).post(f"/i/{idea.pk}/edit/", edit()).status_code == 403
    assert signed_in(ModeratorFactory()).post(f"/i/{idea.pk}/edit/", edit()).status_code == 302
    assert Idea.objects.get().title == "A night mode for all displays"


@pytest.mark.parametrize("wrong", [{"title": "Why"}, {"title": ""}, {"edit_number": "x"}])
def test_a_refusal_keeps_the_text(idea, wrong):
    answer = signed_in(idea.author).post(f"/i/{idea.pk}/edit/", edit(**wrong))

    assert answer.status_code == 422
    assert "It **wakes** us." in text_of(answer)
    assert Idea.objects.get().edit_number == 0


def test_whoever_comes_second_sees_both_texts_and_overwrites_nothing(idea):
    idea_edit(member=ModeratorFactory(), idea_id=idea.pk, title=idea.title, body="It **blinds** us.", edit_number=0)
    browser = signed_in(idea.author)

    answer = browser.post(f"/i/{idea.pk}/edit/", edit())

    page = text_of(answer)
    assert answer.status_code == 409
    assert "It **blinds** us." in page
    assert "It **wakes** us." in page
    assert re.search(r"blinds</del>", page)
    assert re.search(r"wakes</ins>", page)
    assert Idea.objects.get().raw == "It **blinds** us."

    assert 'name="edit_number" value="1"' in page
    assert browser.post(f"/i/{idea.pk}/edit/", edit(edit_number=1)).status_code == 302
    assert Idea.objects.get().raw == "It **wakes** us."


def test_the_same_words_again_are_no_edit(idea):
    browser = signed_in(idea.author)

    for _press in range(2):
        assert browser.post(f"/i/{idea.pk}/edit/", edit()).status_code == 302

    assert Activity.objects.filter(type="ideas.idea_edited").count() == 1


def test_a_change_that_does_not_pass_waits_and_the_old_words_stay(idea, client):
    browser = signed_in(idea.author)
    before = idea.raw

    answer = browser.post(f"/i/{idea.pk}/edit/", edit(body=LINKS), follow=True)

    assert "Until then the old text stays." in text_of(answer)
    assert Idea.objects.get().raw == before
    assert "one.example" not in text_of(client.get(f"/i/{idea.pk}/{idea.slug}/"))
    again = text_of(browser.get(f"/i/{idea.pk}/edit/"))
    assert "Your change waits for review" in again
    assert LINKS in again
    held = HeldChange.objects.get()

    review = Review.objects.get(subject_id=held.pk, kind="moderation.heldchange")
    moderator = ModeratorFactory()
    decision = review_decide(actor=moderator, review_id=review.pk, ruling=Ruling(action="approve"))
    assert (Idea.objects.get().raw, Idea.objects.get().title) == (LINKS, "A night mode for all displays")

    decision_undo(actor=moderator, batch=decision.batch)
    back = Idea.objects.get()
    assert (back.raw, back.title, back.edit_number) == (before, idea.title, 0)

    review_decide(actor=moderator, review_id=review.pk, ruling=Ruling(action="approve"))
    assert Idea.objects.get().raw == LINKS


def test_an_idea_that_waits_itself_is_changed_and_keeps_waiting(board, customer):
    idea = IdeaFactory(board=board, author=customer, body=LINKS)

    signed_in(customer).post(f"/i/{idea.pk}/edit/", edit())

    idea.refresh_from_db()
    assert (idea.visibility, idea.raw) == ("held", "It **wakes** us.")
    assert not HeldChange.objects.exists()
    assert not Activity.objects.filter(type="ideas.idea_edited").exists()


def test_a_hidden_idea_is_not_changed_by_its_author(idea):
    idea_hide(member=ModeratorFactory(), idea_id=idea.pk)

    assert signed_in(idea.author).post(f"/i/{idea.pk}/edit/", edit()).status_code == 403


def test_what_is_not_here_for_somebody_is_not_here_to_change():
    closed = IdeaFactory(board=BoardFactory(audience="staff"), author=ProductManagerFactory())
    comment = CommentFactory(idea=closed, author=closed.author)
    browser = signed_in(MemberFactory())

    assert browser.get(f"/i/{closed.pk}/edit/").status_code == 404
    assert browser.get(f"/ideas/comments/{comment.pk}/edit/").status_code == 404


def test_a_comment_is_changed_by_its_author(idea, customer):
    comment = CommentFactory(idea=idea, author=customer)
    browser = signed_in(customer)

    answer = browser.post(f"/ideas/comments/{comment.pk}/edit/", {"body": "Every **night**.", "edit_number": 0})

    assert answer["Location"].endswith("#comment-1")
    page = text_of(browser.get(f"/i/{idea.pk}/{idea.slug}/"))
    assert "<strong>night</strong>" in page
    assert f'href="/ideas/comments/{comment.pk}/edit/"' in page
    assert signed_in(idea.author).get(f"/ideas/comments/{comment.pk}/edit/").status_code == 403


def test_a_comment_two_people_change_is_not_overwritten(idea, customer):
    comment = CommentFactory(idea=idea, author=customer)
    comment_edit(member=ModeratorFactory(), comment_id=comment.pk, body="Every day.", edit_number=0)

    answer = signed_in(customer).post(f"/ideas/comments/{comment.pk}/edit/", {"body": "Every night.", "edit_number": 0})

    assert answer.status_code == 409
    assert "Every day." in text_of(answer)
    comment.refresh_from_db()
    assert comment.raw == "Every day."


def test_a_change_of_a_comment_waits_is_made_and_undone(idea, customer):
    comment = CommentFactory(idea=idea, author=customer)
    before = comment.raw
    signed_in(customer).post(f"/ideas/comments/{comment.pk}/edit/", {"body": LINKS, "edit_number": 0})
    comment.refresh_from_db()
    assert comment.raw == before

    moderator = ModeratorFactory()
    review = Review.objects.get(kind="moderation.heldchange")
    decision = review_decide(actor=moderator, review_id=review.pk, ruling=Ruling(action="approve"))
    comment.refresh_from_db()
    assert comment.raw == LINKS

    decision_undo(actor=moderator, batch=decision.batch)
    comment.refresh_from_db()
    assert (comment.raw, comment.edit_number) == (before, 0)
