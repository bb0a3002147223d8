"""Lists, the page of an idea, and what one press does."""

from typing import Any

import pytest
from django.test import Client

from community.members.models import Member
from ideas.models import Comment, Idea, IdeaFollow, Vote
from ideas.services import idea_hide, vote_set
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.ideas_pages.conftest import signed_in, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def test_visitor_reads_the_board_without_a_cookie(client: Client, idea: Any) -> None:
    page = client.get("/ideas/b/app/")

    assert "A night mode for the display" in text_of(page)
    assert not page.cookies
    assert f"/accounts/login/?next=/i/{idea.pk}/" in text_of(page)


@pytest.mark.parametrize("order", ["trending", "top", "new"])
def test_order_stands_in_the_address(client: Client, board: Any, order: str) -> None:
    first, second = (IdeaFactory(board=board) for _ in range(2))
    vote_set(member=MemberFactory(), idea_id=first.pk, wanted=True)

    text = text_of(client.get(f"/ideas/?order={order}"))

    ahead = second if order == "new" else first
    behind = first if order == "new" else second
    assert text.index(f"/i/{ahead.pk}/") < text.index(f"/i/{behind.pk}/")


def test_boards_and_ideas_for_others_are_not_here(client: Client, board: Any) -> None:
    closed = IdeaFactory(board=BoardFactory(slug="closed", audience="staff"), author=ModeratorFactory())
    hidden = IdeaFactory(board=board)
    idea_hide(member=ModeratorFactory(), idea_id=hidden.pk)

    assert client.get("/ideas/b/closed/").status_code == 404
    assert client.get(f"/i/{closed.pk}/{closed.slug}/").status_code == 404
    assert client.get(f"/i/{hidden.pk}/{hidden.slug}/").status_code == 404
    assert "closed" not in text_of(client.get("/ideas/"))


def test_filter_by_status_that_nothing_has_offers_the_rest(client: Client, idea: Any) -> None:
    assert "No ideas with this status" in text_of(client.get("/ideas/?status=planned"))


def test_voting_without_javascript_leads_back(idea: Any, customer: Member) -> None:
    browser = signed_in(customer)

    answer = browser.post(f"/i/{idea.pk}/vote/", {"on": "1"}, follow=True)

    assert 'aria-pressed="true"' in text_of(answer)
    assert Idea.objects.get(pk=idea.pk).vote_count == 2


def test_a_press_by_htmx_swaps_the_button(idea: Any, customer: Member) -> None:
    browser = signed_in(customer)

    for _press in range(2):
        answer = browser.post(f"/i/{idea.pk}/vote/", {"on": "1"}, **HTMX)
    assert 'value="0" aria-pressed="true"' in text_of(answer)
    assert Idea.objects.get(pk=idea.pk).vote_count == 2

    answer = browser.post(f"/i/{idea.pk}/vote/", {"on": "0"}, **HTMX)
    assert 'value="1" aria-pressed="false"' in text_of(answer)
    assert not Vote.objects.filter(member=customer).exists()


def test_visitor_cannot_vote(client: Client, idea: Any) -> None:
    assert client.post(f"/i/{idea.pk}/vote/", {"on": "1"}).status_code in (302, 403)
    assert Idea.objects.get(pk=idea.pk).vote_count == 1


def test_commenting_leads_to_the_comment(idea: Any, customer: Member) -> None:
    answer = signed_in(customer).post(
        f"/i/{idea.pk}/comment/", {"body": "In the **bedroom** it is bright.", "key": "k"}
    )

    assert answer["Location"].endswith("#comment-1")
    assert "<strong>bedroom</strong>" in text_of(signed_in(customer).get(answer["Location"].partition("#")[0]))


def test_an_empty_comment_is_refused_beside_the_field(idea: Any, customer: Member) -> None:
    answer = signed_in(customer).post(f"/i/{idea.pk}/comment/", {"body": " "})

    assert answer.status_code == 422
    assert "Write something first." in text_of(answer)


def test_deleting_a_comment_leaves_a_line(idea: Any, customer: Member, client: Client) -> None:
    comment = CommentFactory(idea=idea, author=customer)

    signed_in(customer).post(f"/ideas/comments/{comment.pk}/delete/")

    assert "Comment 1 was removed" in text_of(client.get(f"/i/{idea.pk}/{idea.slug}/"))


def test_following_is_a_choice(idea: Any, customer: Member) -> None:
    browser = signed_in(customer)
    browser.post(f"/i/{idea.pk}/follow/", {"on": "0"})
    browser.post(f"/i/{idea.pk}/vote/", {"on": "1"})

    assert not IdeaFollow.objects.get(idea=idea, member=customer).is_on


def test_follow_pressed_twice_is_one_choice_and_the_button_tells_it(idea: Any, customer: Member) -> None:
    browser = signed_in(customer)

    for wanted in ("1", "0"):
        for _press in range(2):
            page = text_of(browser.post(f"/i/{idea.pk}/follow/", {"on": wanted}, follow=True))
            assert f'value="{1 - int(wanted)}" aria-pressed="{"true" if wanted == "1" else "false"}"' in page

    assert IdeaFollow.objects.filter(idea=idea, member=customer).count() == 1


def test_my_page_shows_what_i_voted_for_and_shared(idea: Any, customer: Member, board: Any) -> None:
    own = IdeaFactory(board=board, author=customer, title="Sound when it is done")
    vote_set(member=customer, idea_id=idea.pk, wanted=True)
    browser = signed_in(customer)

    assert "A night mode for the display" in text_of(browser.get("/ideas/mine/"))
    shared = text_of(browser.get("/ideas/mine/?tab=shared"))
    assert own.title in shared
    assert "A night mode" not in shared


def test_sharing_with_one_sentence(board: Any, customer: Member) -> None:
    form = {"title": "Show the filter's age", "body": "", "board": "app", "key": "once"}
    browser = signed_in(customer)

    for _press in range(2):
        answer = browser.post("/ideas/new/", form)

    idea = Idea.objects.get()
    assert answer["Location"] == f"/i/{idea.pk}/{idea.slug}/"
    assert (idea.vote_count, idea.author) == (1, customer)


def test_too_short_a_sentence_is_refused_and_kept(board: Any, customer: Member) -> None:
    answer = signed_in(customer).post("/ideas/new/", {"title": "Why", "body": "Because", "board": "app"})

    assert answer.status_code == 422
    assert "Because" in text_of(answer)


def test_voting_instead_carries_the_draft_over(idea: Any, customer: Member) -> None:
    """Bar 3: the vote is cast, the text becomes a comment, there is no second idea; sent twice it is one."""
    form = {"title": "Dark display", "body": "It wakes us.", "board": "app", "key": "once", "instead": str(idea.pk)}
    browser = signed_in(customer)

    for _press in range(2):
        browser.post("/ideas/new/", form)

    assert Idea.objects.get().vote_count == 2
    assert Comment.objects.get().raw == "Dark display\n\nIt wakes us."


def test_a_merged_idea_leads_on(client: Client, idea: Any, board: Any) -> None:
    source = IdeaFactory(board=board)
    Idea.objects.filter(pk=source.pk).update(merged_into=idea)

    assert client.get(f"/i/{source.pk}/{source.slug}/")["Location"] == f"/i/{idea.pk}/{idea.slug}/"
    assert f"/i/{source.pk}/" not in text_of(client.get("/ideas/"))


def test_a_wrong_slug_leads_to_the_right_one(client: Client, idea: Any) -> None:
    assert client.get(f"/i/{idea.pk}/other/")["Location"] == f"/i/{idea.pk}/{idea.slug}/"
