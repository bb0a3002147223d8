"""Where somebody is led after sending: never to a page that is not there for them."""

import pytest

from ideas.models import Comment, Idea
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.factories.members import MemberFactory, ModeratorFactory, ProductManagerFactory
from tests.ideas_pages.conftest import signed_in, text_of

pytestmark = pytest.mark.django_db
LINKS = "Cheap at https://one.example/a and https://two.example/b"
ONLY_YOU = "Until then only you see it."
LATER = "then it appears here"


@pytest.fixture
def held(monkeypatch):
    """Hold whatever is sent."""
    from community.activity import screening

    class Desk:
        def judge(self, writing):
            return screening.Verdict(writing=writing, reasons=("links",))

        def noted(self, verdict, subject_id):
            pass

    monkeypatch.setattr(screening, "_desks", [Desk()])


def where(browser, path, form):
    """Send a form, follow where it leads and return the last path with the page."""
    page = browser.post(path, form, follow=True)
    assert page.status_code == 200
    return page.redirect_chain[-1][0], text_of(page)


def test_a_held_idea_on_an_open_board_is_shown_to_its_author(board, customer):
    path, text = where(signed_in(customer), "/ideas/new/", {"title": "Show its age", "body": LINKS, "board": "app"})

    idea = Idea.objects.get()
    assert (idea.visibility, path) == ("held", f"/i/{idea.pk}/{idea.slug}/")
    assert ONLY_YOU in text


def test_a_held_idea_on_a_board_of_few_leads_to_the_board(held):
    BoardFactory(slug="inner", audience="staff")
    browser = signed_in(ProductManagerFactory())

    path, text = where(browser, "/ideas/new/", {"title": "Show its age", "body": "", "board": "inner"})

    assert (Idea.objects.get().visibility, path) == ("held", "/ideas/b/inner/")
    assert LATER in text
    assert ONLY_YOU not in text


def test_a_held_comment_on_an_open_board_is_shown_to_its_author(idea, customer):
    path, text = where(signed_in(customer), f"/i/{idea.pk}/comment/", {"body": LINKS, "key": "k"})

    assert (Comment.objects.get().visibility, path) == ("held", f"/i/{idea.pk}/{idea.slug}/#comment-1")
    assert ONLY_YOU in text


def test_a_held_comment_on_a_board_of_few_leads_to_the_idea(request):
    idea = IdeaFactory(board=BoardFactory(slug="inner", audience="staff"), author=ProductManagerFactory())
    request.getfixturevalue("held")

    path, text = where(signed_in(ProductManagerFactory()), f"/i/{idea.pk}/comment/", {"body": "For us, too."})

    assert (Comment.objects.get().visibility, path) == ("held", f"/i/{idea.pk}/{idea.slug}/")
    assert LATER in text


@pytest.mark.parametrize("audience", ["public", "staff"])
def test_a_vote_instead_whose_text_is_held_counts_and_says_so(audience, request):
    idea = IdeaFactory(board=BoardFactory(slug="inner", audience=audience), author=ProductManagerFactory())
    request.getfixturevalue("held")
    form = {"title": "Dark display", "body": "", "board": "inner", "key": "k", "instead": str(idea.pk)}

    path, text = where(signed_in(ProductManagerFactory()), "/ideas/new/", form)

    assert path.startswith(f"/i/{idea.pk}/{idea.slug}/")
    assert "your text is a comment" not in text
    assert "Your vote counts here." in text
    assert (ONLY_YOU if audience == "public" else LATER) in text
    assert Idea.objects.get().vote_count == 2


def test_who_deletes_or_hides_a_comment_is_led_to_where_it_stood(idea, customer):
    own, other = CommentFactory(idea=idea, author=customer), CommentFactory(idea=idea)

    path, text = where(signed_in(customer), f"/ideas/comments/{own.pk}/delete/", {})
    assert path == f"/i/{idea.pk}/{idea.slug}/#comment-1"
    assert "Comment 1 was removed" in text

    path, _text = where(signed_in(ModeratorFactory()), f"/ideas/comments/{other.pk}/hide/", {})
    assert path == f"/i/{idea.pk}/{idea.slug}/#comment-2"


def test_who_takes_a_held_comment_back_is_led_to_where_it_stood(idea):
    customer = MemberFactory()
    comment = CommentFactory(idea=idea, author=customer, body=LINKS)

    path, _text = where(signed_in(customer), f"/ideas/comments/{comment.pk}/delete/", {})

    assert path == f"/i/{idea.pk}/{idea.slug}/#comment-1"
