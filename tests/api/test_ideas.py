"""Ideas and votes through the API: the same services, the same rules."""

import pytest

from community.activity.models import Activity
from community.activity.screening import Verdict, Writing
from community.moderation.models import HeldChange
from ideas.models import Idea, VoteEntry
from tests.factories.api import Program, token_for
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.factories.members import MemberFactory, ProductManagerFactory

pytestmark = pytest.mark.django_db


def program(member=None):
    return Program(token_for(member or MemberFactory()))


def held(*, kind, member, site_id, text, **_rest):
    """Judge as a screen does that holds everything."""
    return Verdict(writing=Writing(kind=kind, author=member, text=text, site_id=site_id), reasons=("links",))


def test_a_visitor_reads_public_boards():
    idea = IdeaFactory(board=BoardFactory(slug="app"), title="Let it be blue")
    IdeaFactory(board=BoardFactory(slug="inner", audience="members"))

    listed = Program().send("GET", "ideas").json()["items"]
    got = Program().send("GET", f"ideas/{idea.pk}").json()

    assert [board["slug"] for board in Program().send("GET", "boards").json()] == ["app"]
    assert [row["id"] for row in listed] == [idea.pk]
    assert (got["title"], got["board"], got["status"], got["votes"]) == ("Let it be blue", "app", "open", 1)
    assert got["html"]


@pytest.mark.parametrize("sort", ["trending", "top", "new"])
def test_lists_are_paged_in_every_order(sort):
    board = BoardFactory()
    ideas = IdeaFactory.create_batch(5, board=board)
    seen, cursor = [], ""
    while cursor is not None:
        page = Program().send("GET", f"ideas?sort={sort}&limit=2&cursor={cursor}").json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]

    assert sorted(seen) == [idea.pk for idea in ideas]
    assert Program().send("GET", "ideas?board=none").status_code == 404
    assert Program().send("GET", "ideas?status=shipped").json()["items"] == []


def test_an_idea_is_shared_once_for_each_key():
    BoardFactory(slug="app")
    client, body = program(), {"board": "app", "title": "Let it be blue"}

    ids = {client.send("POST", "ideas", body, **{"Idempotency-Key": "k"}).json()["id"] for _ in "12"}

    assert len(ids) == 1
    assert Idea.objects.count() == 1
    assert Activity.objects.filter(type="ideas.idea_shared", origin="api").count() == 1
    assert client.send("POST", "ideas", {**body, "board": "none"}).status_code == 422


def test_a_vote_is_put_and_taken_and_twice_does_no_harm():
    idea, member = IdeaFactory(), MemberFactory()
    client = program(member)

    put = [client.send("PUT", f"ideas/{idea.pk}/vote").status_code for _ in "12"]
    voted = client.send("GET", f"ideas/{idea.pk}").json()
    taken = [client.send("DELETE", f"ideas/{idea.pk}/vote").status_code for _ in "12"]
    after = client.send("GET", f"ideas/{idea.pk}").json()

    assert (put, taken) == ([204, 204], [204, 204])
    assert ((voted["votes"], voted["voted"]), (after["votes"], after["voted"])) == ((2, True), (1, False))
    assert VoteEntry.objects.filter(member=member).count() == 2


def test_an_idea_is_changed_and_not_overwritten():
    idea = IdeaFactory(board=BoardFactory(slug="app"), title="Let it be blue", body="It is grey.")
    client = program(idea.author)

    changed = client.send("PATCH", f"ideas/{idea.pk}", {"title": "Let it be green", "edit_number": 0})
    late = client.send("PATCH", f"ideas/{idea.pk}", {"body": "It is black.", "edit_number": 0})

    assert changed.status_code == 200
    assert [changed.json()[name] for name in ("title", "body", "edit_number")] == ["Let it be green", "It is grey.", 1]
    assert (late.status_code, late.json()["edit_number"]) == (409, 1)
    assert late["Content-Type"] == "application/problem+json"
    assert Idea.objects.get().raw == "It is grey."
    assert Activity.objects.get(type="ideas.idea_edited").origin == "api"
    assert program().send("PATCH", f"ideas/{idea.pk}", {"body": "Mine", "edit_number": 1}).status_code == 403


def test_comments_are_written_listed_changed_and_deleted():
    idea, member = IdeaFactory(), MemberFactory()
    client, path = program(member), f"ideas/{idea.pk}/comments"

    made = [client.send("POST", path, {"body": "For **us**."}, **{"Idempotency-Key": "k"}) for _ in "12"]
    client.send("POST", path, {"body": "And them."})
    first = Program().send("GET", f"{path}?limit=1").json()
    rest = Program().send("GET", f"{path}?limit=1&cursor={first['next']}").json()
    pk = made[0].json()["id"]

    assert [answer.status_code for answer in made] == [201, 201]
    assert made[1].json()["id"] == pk
    assert [row["number"] for row in first["items"] + rest["items"]] == [1, 2]
    assert rest["next"] is None
    assert "<strong>us</strong>" in first["items"][0]["html"]
    assert first["items"][0]["url"].endswith("#comment-1")

    changed = client.send("PATCH", f"comments/{pk}", {"body": "For all.", "edit_number": 0})
    late = client.send("PATCH", f"comments/{pk}", {"body": "For none.", "edit_number": 0})
    assert (changed.status_code, changed.json()["body"], late.status_code) == (200, "For all.", 409)

    assert program().send("DELETE", f"comments/{pk}").status_code == 403
    assert [client.send("DELETE", f"comments/{pk}").status_code for _ in "12"] == [204, 404]
    assert [row["number"] for row in Program().send("GET", path).json()["items"]] == [2]


def test_who_may_only_read_writes_no_comment():
    idea, member = IdeaFactory(), MemberFactory()
    reader = Program(token_for(member, "ideas:read"))

    assert reader.send("POST", f"ideas/{idea.pk}/comments", {"body": "For us."}).status_code == 403
    assert Program().send("POST", f"ideas/{idea.pk}/comments", {"body": "For us."}).status_code == 401


@pytest.mark.parametrize("audience", ["public", "staff"])
def test_who_sends_what_is_held_is_told_so_also_where_only_moderators_see_it(audience, monkeypatch):
    board, member = BoardFactory(slug="app", audience=audience), ProductManagerFactory()
    idea, client = IdeaFactory(board=board, author=member), program(member)
    links = "Cheap at https://one.example/a and https://two.example/b"
    monkeypatch.setattr("ideas.services.sharing.text_judge", held)
    monkeypatch.setattr("ideas.services.comments.text_judge", held)

    shared = client.send("POST", "ideas", {"board": "app", "title": "Let it be green", "body": links})
    said = client.send("POST", f"ideas/{idea.pk}/comments", {"body": links})

    assert (shared.status_code, shared.json()["visibility"]) == (201, "held")
    assert (said.status_code, said.json()["visibility"]) == (201, "held")
    seen = 200 if audience == "public" else 404
    assert client.send("GET", f"ideas/{shared.json()['id']}").status_code == seen
    assert client.send("GET", f"comments/{said.json()['id']}").status_code == seen


def test_a_change_that_waits_leaves_the_comment_as_it_is():
    comment = CommentFactory()
    links = "Cheap at https://one.example/a and https://two.example/b"

    answer = program(comment.author).send("PATCH", f"comments/{comment.pk}", {"body": links, "edit_number": 0})

    assert (answer.status_code, answer.json()["body"], answer.json()["edit_number"]) == (200, comment.raw, 0)
    assert HeldChange.objects.filter(kind="ideas.comment", subject_id=comment.pk).exists()
