"""Ideas and votes through the API: the same services, the same rules."""

import pytest

from community.activity.models import Activity
from ideas.models import Idea, VoteEntry
from tests.factories.api import Program, token_for
from tests.factories.ideas import BoardFactory, IdeaFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def program(member=None):
    return Program(token_for(member or MemberFactory()))


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
