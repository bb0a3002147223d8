"""Topics and posts through the API: the same services, the same rules."""

import pytest

from community.activity.models import Activity
from community.moderation.services import ScreeningDesk
from forums.models import Post, Topic
from forums.services import topic_close
from tests.factories.api import Program, token_for
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db


def program(member=None, *scopes, **headers):
    return Program(token_for(member or MemberFactory(), *scopes), **headers)


def test_a_visitor_reads_what_is_public():
    category = CategoryFactory(slug="help")
    topic = TopicFactory(category=category, title="Pump runs dry", body="It **hums**.", tags=["Pump"])
    TopicFactory(category=CategoryFactory(audience="members"))

    listed = Program().send("GET", "topics").json()
    got = Program().send("GET", f"topics/{topic.pk}").json()

    assert [row["id"] for row in listed["items"]] == [topic.pk]
    assert listed["next"] is None
    assert got["title"] == "Pump runs dry"
    assert got["body"] == "It **hums**."
    assert "<strong>hums</strong>" in got["html"]
    assert (got["category"], got["tags"], got["state"]) == ("help", ["Pump"], "new")


def test_a_list_is_paged_by_keys_and_by_the_link_header():
    topics = TopicFactory.create_batch(5, category=CategoryFactory())
    seen, path, client = [], "topics?limit=2", Program()
    while path:
        response = client.send("GET", path)
        seen += [row["id"] for row in response.json()["items"]]
        link = response.headers.get("Link", "")
        path = link.partition(">")[0].partition("/api/v1/")[2]

    assert sorted(seen) == sorted(topic.pk for topic in topics)
    assert len(seen) == 5


def test_posts_are_paged_by_number():
    topic = TopicFactory()
    PostFactory.create_batch(4, topic=topic)

    first = Program().send("GET", f"topics/{topic.pk}/posts?limit=3").json()
    rest = Program().send("GET", f"topics/{topic.pk}/posts?limit=3&cursor={first['next']}").json()

    assert [post["number"] for post in first["items"]] == [1, 2, 3]
    assert [post["number"] for post in rest["items"]] == [4, 5]
    assert rest["next"] is None


@pytest.mark.parametrize(("query", "found"), [("state=solved", 0), ("category=a", 1), ("tag=pump", 1), ("mine=1", 0)])
def test_a_list_can_be_narrowed(query, found):
    TopicFactory(category=CategoryFactory(slug="a"), tags=["pump"])
    TopicFactory(category=CategoryFactory(slug="b"))

    assert len(program().send("GET", f"topics?{query}").json()["items"]) == found


def test_asking_replying_and_changing():
    member = MemberFactory()
    client = program(member)
    CategoryFactory(slug="help")

    asked = client.send("POST", "topics", {"category": "help", "title": "Pump runs dry", "body": "It hums."})
    topic_id = asked.json()["id"]
    replied = client.send("POST", f"topics/{topic_id}/posts", {"body": "It was the filter."})
    renamed = client.send("PATCH", f"topics/{topic_id}", {"title": "Pump ran dry", "edit_number": 0})
    changed = client.send("PATCH", f"posts/{replied.json()['id']}", {"body": "The filter it was.", "edit_number": 0})

    assert (asked.status_code, replied.status_code) == (201, 201)
    assert replied.json()["number"] == 2
    assert renamed.json()["title"] == "Pump ran dry"
    assert renamed.json()["body"] == "It hums."
    assert changed.json()["body"] == "The filter it was."
    assert set(Activity.objects.filter(actor_id=member.pk).values_list("origin", flat=True)) == {"api"}


def test_a_discussion_is_started_where_discussions_are():
    CategoryFactory(slug="talk", kind="discussion")

    made = program().send("POST", "topics", {"category": "talk", "title": "Hello there", "body": "All of you."})

    assert (made.json()["kind"], made.json()["state"]) == ("discussion", "open")


def test_a_change_of_a_text_that_moved_on_is_a_conflict():
    post = PostFactory()
    client = program(post.author)
    client.send("PATCH", f"posts/{post.pk}", {"body": "First change of it.", "edit_number": 0})

    late = client.send("PATCH", f"posts/{post.pk}", {"body": "Second change of it.", "edit_number": 0})

    assert late.status_code == 409
    assert late.json()["edit_number"] == 1


def test_the_same_key_twice_makes_one_object():
    topic, client = TopicFactory(), program()
    body = {"body": "It was the filter."}

    first, again = (client.send("POST", f"topics/{topic.pk}/posts", body, **{"Idempotency-Key": "k-1"}) for _ in "12")
    other = client.send("POST", f"topics/{topic.pk}/posts", {"body": "Not that."}, **{"Idempotency-Key": "k-1"})

    assert first.json() == again.json()
    assert Post.objects.filter(topic=topic).count() == 2
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"


def test_the_key_of_one_member_says_nothing_to_another():
    CategoryFactory(slug="help")
    body = {"category": "help", "title": "Pump runs dry", "body": "It hums."}

    ids = {program().send("POST", "topics", body, **{"Idempotency-Key": "k-1"}).json()["id"] for _ in "12"}

    assert len(ids) == 2


def test_marks_are_put_and_taken_and_twice_does_no_harm():
    topic = TopicFactory()
    post = PostFactory(topic=topic)
    client = program()
    for path in (f"topics/{topic.pk}/same-problem", f"posts/{post.pk}/helpful"):
        assert [client.send("PUT", path).status_code for _ in "12"] == [204, 204]
    put = (Topic.objects.get(pk=topic.pk).same_problem_count, Post.objects.get(pk=post.pk).helpful_count)
    for path in (f"topics/{topic.pk}/same-problem", f"posts/{post.pk}/helpful"):
        assert [client.send("DELETE", path).status_code for _ in "12"] == [204, 204]
    taken = (Topic.objects.get(pk=topic.pk).same_problem_count, Post.objects.get(pk=post.pk).helpful_count)

    assert (put, taken) == ((1, 1), (0, 0))


def test_what_the_rules_refuse_is_refused_here_too():
    topic = TopicFactory()
    topic_close(member=ModeratorFactory(), topic_id=topic.pk)
    stranger = program()

    replied = stranger.send("POST", f"topics/{topic.pk}/posts", {"body": "Me, too."})
    changed = stranger.send("PATCH", f"topics/{topic.pk}", {"body": "Mine now.", "edit_number": 0})

    assert (replied.status_code, changed.status_code) == (403, 403)
    assert "closed" in replied.json()["detail"]


def test_a_suspicious_text_is_held_and_says_so():
    topic, author = TopicFactory(), MemberFactory()

    made = program(author).send("POST", f"topics/{topic.pk}/posts", {"body": "See https://shop.example/now"}).json()

    assert made["visibility"] == "held"
    assert Program().send("GET", f"posts/{made['id']}").status_code == 404
    assert program(author).send("GET", f"posts/{made['id']}").status_code == 200


@pytest.mark.parametrize("audience", ["public", "staff"])
def test_who_sends_what_is_held_is_told_so_also_where_only_moderators_see_it(audience, monkeypatch):
    category, member = CategoryFactory(slug="help", audience=audience), SupportAgentFactory()
    topic, client = TopicFactory(category=category, author=member), program(member)
    monkeypatch.setattr(ScreeningDesk, "judge", None)  # what cannot be judged is held, whoever wrote it

    asked = client.send("POST", "topics", {"category": "help", "title": "Pump runs dry", "body": "It hums."})
    said = client.send("POST", f"topics/{topic.pk}/posts", {"body": "It was the filter."})

    assert (asked.status_code, asked.json()["visibility"], asked.json()["body"]) == (201, "held", "It hums.")
    assert (said.status_code, said.json()["visibility"]) == (201, "held")
    seen = 200 if audience == "public" else 404
    assert client.send("GET", f"topics/{asked.json()['id']}").status_code == seen
    assert client.send("GET", f"posts/{said.json()['id']}").status_code == seen


def test_writing_is_limited_together_with_the_pages():
    topic, client = TopicFactory(), program()
    for _ in range(30):
        client.send("POST", f"topics/{topic.pk}/posts", {"body": "Again and again."})

    refused = client.send("POST", f"topics/{topic.pk}/posts", {"body": "Once more."})

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert refused["RateLimit-Remaining"] == "0"
