"""What is kept of a topic's page is what would be made anew: after every change, and for everybody who looks."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from community.core.fragments import lasts_s
from community.members.models import Member
from community.reputation.models import MemberTotal
from forums.models import Category, Post, Topic, Visibility
from forums.services import (
    answer_accept,
    answer_unaccept,
    helpful_toggle,
    post_edit,
    post_visibility_set,
    reply_create,
    same_problem_toggle,
    topic_close,
)
from tests.factories.forums import PostFactory
from tests.factories.members import MemberFactory
from tests.forums_pages.conftest import signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_alike")]
_OWN = re.compile(
    r'nonce="[^"]*"|data-at="\d+"|name="csrfmiddlewaretoken" value="[^"]*"|name="key" value="[^"]*"|<!--.*?-->'
)


def shown(client: Client, topic: Topic) -> str:
    """Return the page without what is another each time."""
    return _OWN.sub("", text_of(client.get(f"/t/{topic.pk}/{topic.slug}/", follow=True)))


def made_anew(client: Client, topic: Topic) -> str:
    caches["fragments"].clear()
    return shown(client, topic)


def _set(model: Any, pk: int, **values: Any) -> None:
    model.objects.filter(pk=pk).update(**values)


CHANGES: dict[str, Callable[[Topic, Post, Member], object]] = {
    "edited": lambda t, p, m: post_edit(member=p.author, post_id=p.pk, body="Another text.", edit_number=p.edit_number),
    "cooked again": lambda t, p, m: _set(Post, p.pk, cooked="<p>Cooked in another way.</p>"),
    "hidden": lambda t, p, m: post_visibility_set(post_id=p.pk, visibility=Visibility.HIDDEN, actor_id=m.pk),
    "renamed": lambda t, p, m: _set(Member, p.author_id, name="Somebody Else"),
    "a colleague": lambda t, p, m: _set(Member, p.author_id, roles=["support_agent"], title="engineer"),
    "a picture": lambda t, p, m: _set(Member, p.author_id, avatar="/media/face.png"),
    "gone": lambda t, p, m: _set(Member, p.author_id, state="erased", is_active=False, email=None),
    "points": lambda t, p, m: MemberTotal.objects.update_or_create(member_id=p.author_id, defaults={"points": 4321}),
    "accepted": lambda t, p, m: answer_accept(member=t.author, post_id=p.pk),
    "helpful": lambda t, p, m: helpful_toggle(member=MemberFactory(), post_id=p.pk, wanted=True),
    "same problem": lambda t, p, m: same_problem_toggle(member=MemberFactory(), topic_id=t.pk, wanted=True),
    "closed": lambda t, p, m: topic_close(member=m, topic_id=t.pk),
    "another title": lambda t, p, m: _set(Topic, t.pk, title="Another title"),
    "tagged": lambda t, p, m: _set(Topic, t.pk, tag_names=[["new-tag", "New tag"]]),
    "another category": lambda t, p, m: _set(Category, t.category_id, name="Another category"),
    "with support": lambda t, p, m: _set(Topic, t.pk, state="escalated"),
    "replied": lambda t, p, m: reply_create(member=m, topic_id=t.pk, body="One more."),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_shows_at_once_to_visitors_members_and_moderators(
    change: str, question: Any, answer: Any, moderator: Member
) -> None:
    clients = [Client(), signed_in(MemberFactory()), signed_in(moderator), signed_in(question.author)]
    for client in clients:
        client.get(f"/t/{question.pk}/{question.slug}/")  # from now on they have read it
    before = [shown(client, question) for client in clients]

    CHANGES[change](question, answer, moderator)
    after = [shown(client, question) for client in clients]

    assert [old != new for old, new in zip(before, after, strict=True)] == [True] * 4
    if change != "replied":  # what was new then is read now
        assert after == [made_anew(client, question) for client in clients]


def test_taking_an_answer_back_brings_the_old_page_back(question: Any, answer: Any) -> None:
    before = shown(Client(), question)

    answer_accept(member=question.author, post_id=answer.pk)
    answer_unaccept(member=question.author, topic_id=question.pk)

    assert shown(Client(), question) == before


def test_whoever_came_first_others_get_their_own_page(question: Any, answer: Any, moderator: Member) -> None:
    PostFactory(topic=question, author=moderator)
    viewers = [moderator, question.author, answer.author, MemberFactory(), None]
    clients = [signed_in(viewer) if viewer else Client() for viewer in viewers]
    for client in clients:
        shown(client, question)
    alone = [made_anew(client, question) for client in clients]

    for order in (clients, clients[::-1]):
        caches["fragments"].clear()
        pages = {id(client): shown(client, question) for client in order}
        assert [pages[id(client)] for client in clients] == alone
    assert len(set(alone)) == len(alone)
    assert "csrfmiddlewaretoken" not in text_of(Client().get(f"/t/{question.pk}/{question.slug}/"))


def test_every_answer_has_its_own_nonce_and_token_in_all_that_is_kept(question: Any, answer: Any) -> None:
    path = f"/t/{question.pk}/{question.slug}/"
    responses = [signed_in(MemberFactory()).get(path) for _ in range(2)]

    nonces, tokens = [], []
    for response in responses:
        html = text_of(response)
        assert "hole" not in re.sub("[Ww]hole", "", html)
        [nonce] = set(re.findall(r'nonce="([^"]+)"', html))
        assert f"'nonce-{nonce}'" in response["Content-Security-Policy"]
        nonces.append(nonce)
        tokens += re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', html)
        assert response.cookies["csrftoken"].value
    assert len(set(nonces)) == 2
    assert {len(token) for token in tokens} == {64}


def test_es_and_en_and_zones_have_their_own(question: Any, answer: Any) -> None:
    english = shown(Client(), question)
    spanish = text_of(Client().get(f"/es/t/{question.pk}/{question.slug}/"))
    far = signed_in(MemberFactory(time_zone="Asia/Tokyo"))

    assert "Respuesta" in spanish or "Útil" in spanish
    assert "Helpful" in english
    assert "Helpful" not in spanish
    assert "+09:00" in shown(far, question)
    assert "+09:00" not in shown(signed_in(MemberFactory()), question)


def test_relative_words_are_kept_for_as_long_as_they_hold() -> None:
    ages = [timedelta(seconds=5), timedelta(minutes=59), timedelta(hours=3), timedelta(days=3), timedelta(days=90)]

    assert [lasts_s(age) for age in ages] == [30, 30, 600, 3600, 86_400]


LIST_CHANGES: dict[str, Callable[[Topic, Post, Member], object]] = {
    "titled anew": lambda t, p, m: _set(Topic, t.pk, title="Quite another title"),
    "author renamed": lambda t, p, m: _set(Member, t.author_id, name="Somebody Else"),
    "last author renamed": lambda t, p, m: _set(Member, t.last_post_author_id, name="Somebody Else"),
    "category renamed": lambda t, p, m: _set(type(t.category), t.category_id, name="Another room"),
    "hidden": lambda t, p, m: _set(Topic, t.pk, visibility="hidden"),
    "accepted": lambda t, p, m: answer_accept(member=t.author, post_id=p.pk),
    "same problem": lambda t, p, m: same_problem_toggle(member=MemberFactory(), topic_id=t.pk, wanted=True),
    "another title": lambda t, p, m: _set(Topic, t.pk, title="Another title"),
    "tagged": lambda t, p, m: _set(Topic, t.pk, tag_names=[["new-tag", "New tag"]]),
    "another category": lambda t, p, m: _set(Category, t.category_id, name="Another category"),
    "with support": lambda t, p, m: _set(Topic, t.pk, state="escalated"),
    "replied": lambda t, p, m: reply_create(member=m, topic_id=t.pk, body="One more."),
}


@pytest.mark.parametrize("change", LIST_CHANGES)
def test_a_change_shows_at_once_in_lists_in_both_languages(
    change: str, question: Any, answer: Any, moderator: Member
) -> None:
    places = [(client, prefix) for client in (Client(), signed_in(MemberFactory())) for prefix in ("", "/es")]

    def shown_in_lists(*, anew: bool = False) -> list[str]:
        pages = []
        for client, prefix in places:
            if anew:
                caches["fragments"].clear()
            page = text_of(client.get(f"{prefix}/c/{question.category.slug}/"))
            pages.append(re.sub(r"since=\d+", "", _OWN.sub("", page)))
        return pages

    before = shown_in_lists()
    question.refresh_from_db()
    LIST_CHANGES[change](question, answer, moderator)
    after = shown_in_lists()

    assert [old != new for old, new in zip(before, after, strict=True)] == [True] * 4
    assert after == shown_in_lists(anew=True)


def test_what_is_new_to_a_member_is_drawn_for_nobody_else(question: Any, answer: Any) -> None:
    reader, visitor, path = signed_in(MemberFactory()), Client(), f"/c/{question.category.slug}/"
    reader.get(f"/t/{question.pk}/{question.slug}/")
    reply_create(member=MemberFactory(), topic_id=question.pk, body="One more.")
    assert 'class="unread"' in text_of(reader.get(path))
    assert 'class="unread"' not in text_of(visitor.get(path))
    assert 'class="unread"' in text_of(reader.get(path))
