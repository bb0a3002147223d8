"""The topic page: what it shows to whom, and what its buttons do."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.activity.delivery import drain_activity
from forums.models import Topic, TopicMember
from forums.services import answer_accept, post_delete, post_hide
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory
from tests.forums_pages.conftest import signed_in, text_of

pytestmark = pytest.mark.django_db


def address(topic: Topic) -> str:
    return reverse("forums:topic", args=[topic.pk, topic.slug])


def test_the_accepted_answer_stands_under_the_question_and_its_place_points_up(
    client: Client, question: Any, answer: Any, asker: Any
) -> None:
    PostFactory(topic=question, body="I have another idea.")
    answer_accept(member=asker, post_id=answer.pk)

    page = text_of(client.get(address(question)))

    assert page.index("Accepted answer") < page.index("<strong>third</strong>") < page.index("another idea")
    assert page.count("<strong>third</strong>") == 1
    assert "Post 2 by Hugo Helper is the accepted answer, shown above" in page


def test_answers_of_colleagues_are_marked_in_words(client: Client, question: Any, agent: Any) -> None:
    PostFactory(topic=question, author=agent)

    page = text_of(client.get(address(question)))

    assert "Staff, support engineer" in page
    assert "by-staff" in page


def test_points_stand_beside_the_name(client: Client, question: Any, answer: Any, asker: Any) -> None:
    answer_accept(member=asker, post_id=answer.pk)
    drain_activity()

    assert "15 points" in text_of(client.get(address(question)))


def test_another_slug_leads_to_the_right_one_and_keeps_the_query(client: Client, question: Any) -> None:
    response = client.get(reverse("forums:topic", args=[question.pk, "old-title"]), {"post": "1"})

    assert response.url == f"{address(question)}?post=1"


def test_a_permalink_leads_to_the_post_in_its_window(client: Client, question: Any) -> None:
    posts = [PostFactory(topic=question) for _ in range(25)]

    response = client.get(reverse("forums:post", args=[posts[-1].pk]))

    assert response.url == f"{address(question)}?post=26#post-26"
    page = text_of(client.get(response.url))
    assert 'id="post-26"' in page
    assert 'id="post-21"' not in page
    assert "posts 22 to 26 of 26" in page


def test_a_long_topic_is_read_window_by_window(client: Client, question: Any) -> None:
    for _ in range(25):
        PostFactory(topic=question)

    first = client.get(address(question)).context["page"]

    assert [post.number for post in first.posts] == list(range(2, 22))
    assert first.later_url
    assert not first.earlier_url


def test_reading_advances_as_far_as_was_shown_and_a_prefetch_does_not(question: Any, answer: Any) -> None:
    reader = MemberFactory()
    client = signed_in(reader)

    client.get(address(question), headers={"Sec-Purpose": "prefetch"})
    before = TopicMember.objects.filter(member=reader).count()
    client.get(address(question))

    assert before == 0
    assert TopicMember.objects.get(member=reader).last_read == 2


def test_new_posts_are_marked_once(question: Any, answer: Any) -> None:
    client = signed_in(MemberFactory())
    client.get(address(question))
    PostFactory(topic=question)

    first, second = text_of(client.get(address(question))), text_of(client.get(address(question)))

    assert '<span class="unread">New</span>' in first
    assert "First unread, post 3" in first
    assert '<span class="unread">New</span>' not in second


def test_one_press_says_helpful_and_the_same_again_changes_nothing(question: Any, answer: Any) -> None:
    client = signed_in(MemberFactory())
    press = reverse("forums:helpful_toggle", args=[answer.pk])

    for _ in range(2):
        response = client.post(press, {"on": "1"})

    assert response.url.endswith("#post-2")
    page = text_of(client.get(address(question)))
    assert 'value="0" aria-pressed="true"' in page
    answer.refresh_from_db()
    assert answer.helpful_count == 1


def test_htmx_gets_the_pressed_button_back_with_its_nonce(question: Any, answer: Any) -> None:
    client = signed_in(MemberFactory())

    response = client.post(
        reverse("forums:helpful_toggle", args=[answer.pk]), {"on": "1"}, headers={"HX-Request": "true"}
    )

    fragment = text_of(response)
    assert fragment.lstrip().startswith("<form")
    assert 'aria-pressed="true"' in fragment
    assert "data-hx-nonce=" in fragment
    assert "csrfmiddlewaretoken" in fragment


def test_the_same_problem_is_joined_and_left(question: Any) -> None:
    client = signed_in(MemberFactory())
    press = reverse("forums:same_problem_toggle", args=[question.pk])

    joined = client.post(press, {"on": "1"}, headers={"HX-Request": "true"})
    left = client.post(press, {"on": "0"})

    assert 'aria-pressed="true"' in text_of(joined)
    assert left.url == address(question)
    question.refresh_from_db()
    assert question.same_problem_count == 0


def test_the_asker_accepts_and_takes_it_back(question: Any, answer: Any, asker: Any) -> None:
    client = signed_in(asker)
    press = reverse("forums:answer_accept", args=[answer.pk])

    assert "This solved it" in text_of(client.get(address(question)))
    accepted = client.post(press, {"accept": "1"})
    page = text_of(client.get(address(question)))
    taken = client.post(press, {"accept": "0"})

    assert accepted.url == f"{address(question)}#answer"
    assert "Not the answer" in page
    assert taken.url.endswith("#post-2")
    question.refresh_from_db()
    assert question.accepted_post_id is None


def test_others_cannot_accept(question: Any, answer: Any) -> None:
    client = signed_in(MemberFactory())

    response = client.post(reverse("forums:answer_accept", args=[answer.pk]), {"accept": "1"})

    assert response.status_code == 403
    assert "Only the person who asked" in text_of(response)


def test_a_visitor_who_presses_signs_in_first(client: Client, question: Any, answer: Any) -> None:
    page = text_of(client.get(address(question)))
    response = client.post(reverse("forums:helpful_toggle", args=[answer.pk]), {"on": "1"})

    assert "csrfmiddlewaretoken" not in page
    assert f"/accounts/login/?next={address(question)}" in page
    assert response.status_code == 302
    assert "/accounts/login/" in response.url


def test_a_member_chooses_how_closely_to_follow(question: Any) -> None:
    member = MemberFactory()
    client = signed_in(member)

    response = client.post(reverse("forums:topic_follow", args=[question.pk]), {"level": "3"}, follow=True)

    assert "You watch this topic now." in text_of(response)
    assert TopicMember.objects.get(member=member).level == TopicMember.Level.WATCHING
    assert client.post(reverse("forums:topic_follow", args=[question.pk]), {"level": "9"}).status_code == 404


def test_an_agent_hands_a_question_to_support_and_a_customer_cannot(question: Any, agent: Any, asker: Any) -> None:
    press = reverse("forums:question_escalate", args=[question.pk])

    assert "Hand to support" in text_of(signed_in(agent).get(address(question)))
    assert signed_in(asker).post(press).status_code == 403
    assert signed_in(agent).post(press).url == address(question)

    question.refresh_from_db()
    assert question.state == Topic.State.ESCALATED


def test_a_closed_topic_says_so_in_place_of_the_reply_box(question: Any, moderator: Any, helper: Any) -> None:
    signed_in(moderator).post(reverse("forums:topic_close", args=[question.pk]), {"close": "1"})

    page = text_of(signed_in(helper).get(address(question)))

    assert "This topic is closed to new replies." in page
    assert 'id="id_body"' not in page


def test_a_deleted_post_leaves_a_line_with_its_number(
    client: Client, question: Any, answer: Any, helper: Any, moderator: Any
) -> None:
    post_delete(member=helper, post_id=answer.pk)
    PostFactory(topic=question)

    page = text_of(client.get(address(question)))

    assert "Post 2 was removed" in page
    assert "third" not in page
    assert "Restore" in text_of(signed_in(moderator).get(address(question)))


def test_the_author_still_sees_a_hidden_post_and_is_told(
    question: Any, answer: Any, helper: Any, moderator: Any
) -> None:
    post_hide(member=moderator, post_id=answer.pk)

    page = text_of(signed_in(helper).get(address(question)))

    assert "Hidden by a moderator" in page
    assert "third" in page


def test_related_questions_share_tags(client: Client, question: Any) -> None:
    TopicFactory(category=question.category, title="It also hums by day", tags=["noise"])
    TopicFactory(category=question.category, title="Colours of the cover", tags=["paint"])

    related = [topic.title for topic in client.get(address(question)).context["page"].related]

    assert related == ["It also hums by day"]


def test_a_discussion_has_neither_answer_nor_same_problem(client: Client) -> None:
    topic = TopicFactory(category=CategoryFactory(discussion=True))
    PostFactory(topic=topic)

    page = text_of(client.get(address(topic)))

    assert "Same problem" not in page
    assert "Discussion" in page


def test_text_in_another_language_says_so(client: Client, asker: Any) -> None:
    topic = TopicFactory(author=asker, language="es", title="¿Por qué zumba de noche?")

    page = text_of(client.get(address(topic)))

    assert 'lang="es">¿Por qué zumba' in page


def test_links_of_ours_in_a_post_keep_the_language_of_its_reader(client: Client, question: Any) -> None:
    MemberFactory(handle="jonah")
    PostFactory(topic=question, body="Ask @jonah, see [this](/t/4/a/) and ![a mat](/media/post/1/a.webp).")

    english, spanish = (text_of(client.get(prefix + address(question))) for prefix in ("", "/es"))

    assert '<a href="/m/jonah/" rel="nofollow ugc noopener">@jonah</a>' in english
    assert '<a href="/es/m/jonah/" rel="nofollow ugc noopener">@jonah</a>' in spanish
    assert '<a href="/es/t/4/a/"' in spanish
    assert 'src="/media/post/1/a.webp"' in spanish
