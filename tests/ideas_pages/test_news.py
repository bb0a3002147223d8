"""What the open page of an idea asks for when something changed, and what it gets."""

import pytest

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from community.live.handlers import SHOWN_ON
from ideas.models import Status
from ideas.services import comment_hide, status_change, vote_set
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.factories.members import MemberFactory, ModeratorFactory, ProductManagerFactory
from tests.ideas_pages.conftest import signed_in, text_of

pytestmark = pytest.mark.django_db


def news_of(client, idea, after):
    return text_of(client.get(f"/i/{idea.pk}/news/?after={after}"))


def test_the_page_says_what_it_is_and_what_it_knows(client, idea):
    CommentFactory(idea=idea)

    page = text_of(client.get(f"/i/{idea.pk}/{idea.slug}/"))

    assert f'data-live="ideas.idea:{idea.pk}" data-hx-get="/i/{idea.pk}/news/?after=1"' in page
    assert f'id="votes-{idea.pk}">1<' in page


def test_new_comments_are_counted_and_the_first_is_where_the_link_leads(client, idea):
    CommentFactory(idea=idea)
    hidden, *_seen = CommentFactory.create_batch(3, idea=idea)
    comment_hide(member=ModeratorFactory(), comment_id=hidden.pk)

    fragment = news_of(client, idea, after=1)

    assert "2 new comments, show them" in fragment
    assert f'href="/i/{idea.pk}/{idea.slug}/?from=3#comment-3"' in fragment
    assert 'class="fresh"' not in news_of(client, idea, after=4)


def test_votes_and_status_follow(client, idea):
    vote_set(member=MemberFactory(), idea_id=idea.pk, wanted=True)
    planned = Status.objects.get(kind="planned")
    status_change(member=ProductManagerFactory(), idea_id=idea.pk, status_id=planned.pk, note="In spring.")

    fragment = news_of(client, idea, after=0)

    assert f'id="votes-{idea.pk}"' in fragment
    assert ">2</span>" in fragment
    assert "Planned" in fragment


def test_no_news_of_what_is_not_here(client):
    closed = IdeaFactory(board=BoardFactory(audience="staff"), author=ProductManagerFactory())

    assert client.get(f"/i/{closed.pk}/news/").status_code == 404
    assert signed_in(closed.author).get(f"/i/{closed.pk}/news/?after=x").status_code == 200


def test_what_happens_to_an_idea_is_shown_on_its_page(idea, monkeypatch):
    hints = []
    monkeypatch.setattr("community.live.handlers.hint_after_commit", hints.extend)
    drain_activity()
    hints.clear()

    CommentFactory(idea=idea)
    vote_set(member=MemberFactory(), idea_id=idea.pk, wanted=True)
    drain_activity()

    assert {(hint.kind, hint.id) for hint in hints} == {("ideas.idea", idea.pk)}
    assert {kind for kind in SHOWN_ON if kind.startswith("ideas.")} >= set(
        Activity.objects.filter(type__in=("ideas.comment_published", "ideas.vote_cast")).values_list("type", flat=True)
    )
