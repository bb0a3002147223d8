"""Pages of colleagues and the roadmap: who may, what they say before acting, and what members never see."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.activity.delivery import drain_activity
from community.members.models import Member
from community.notifications.models import Channel, Choice, Notification
from crm_sync.models import AccountFact
from ideas.models import Board, Idea, IdeaFollow, Merge, Status, StatusChange, Vote, VoteEntry
from ideas.services import idea_follow, ideas_merge, vote_set
from tests.acceptance.test_ideas import customer
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.ideas import BoardFactory, IdeaFactory
from tests.factories.members import MemberFactory, ProductManagerFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Any:
    """A product manager who is signed in."""
    member = ProductManagerFactory()
    client.force_login(member)
    return member


@pytest.fixture
def idea() -> Idea:
    """An idea that its author and one more follow."""
    idea = IdeaFactory(title="Unlock without a network")
    idea_follow(member=MemberFactory(), idea_id=idea.pk, wanted=True)
    return idea


def status(kind: str) -> Status:
    return Status.objects.get(kind=kind)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_before_a_status_changes_the_page_says_how_many_will_be_told(client: Client, manager: Any, idea: Idea):
    idea_follow(member=manager, idea_id=idea.pk, wanted=True)

    page = text(client.get(reverse("ideas:status_change", args=[idea.pk])))

    assert "2 people follow this idea and will be told." in page
    assert "Change and tell 2 people" in page


def test_only_who_will_really_hear_of_it_is_counted_and_told(client: Client, manager: Any, idea: Idea):
    """Not who switched the notice off by site and mail, or cannot sign in."""
    deaf, half, gone = (MemberFactory() for _ in range(3))
    for member in (deaf, half, gone):
        idea_follow(member=member, idea_id=idea.pk, wanted=True)
    Choice.objects.bulk_create(
        Choice(member=member, kind="idea_status", channel=channel, on=False)
        for member, channel in ((deaf, Channel.SITE), (deaf, Channel.MAIL), (half, Channel.SITE))
    )
    Member.objects.filter(pk=gone.pk).update(state="suspended", is_active=False)
    drain_activity()
    Notification.objects.all().delete()

    page = text(client.get(reverse("ideas:status_change", args=[idea.pk])))
    url = reverse("ideas:status_change", args=[idea.pk])
    client.post(url, {"status": status("planned").pk, "note": "For the spring."})
    drain_activity()

    told = set(Notification.objects.filter(kind="idea_status").values_list("member_id", flat=True))
    assert half.pk in told
    assert told.isdisjoint({deaf.pk, gone.pk})
    assert f"{len(told)} people follow this idea and will be told." in page


def test_nobody_is_told_of_a_board_they_do_not_read(client: Client, manager: Any, idea: Idea):
    Board.objects.update(audience="staff")

    page = text(client.get(reverse("ideas:status_change", args=[idea.pk])))

    assert "Nobody else wants to hear of this idea, so nobody will be told." in page


def test_a_status_with_a_note_becomes_the_official_response_and_history(client: Client, manager: Any, idea: Idea):
    url = reverse("ideas:status_change", args=[idea.pk])
    client.post(url, {"status": status("planned").pk, "note": "For the **spring**."})
    client.post(url, {"status": status("in_progress").pk, "note": "We began."})

    page = text(client.get(reverse("ideas:idea_by_id", args=[idea.pk]), follow=True))

    idea.refresh_from_db()
    assert (idea.status.kind, idea.response.raw) == ("in_progress", "We began.")
    assert StatusChange.objects.filter(idea=idea).count() == 2
    assert "We began." in page
    assert "<strong>spring</strong>" in page, "the earlier response is kept"


@pytest.mark.parametrize(
    ("kind", "note", "refusal"), [("open", "", "Choose another status"), ("declined", " ", "deserve a reason")]
)
def test_a_change_that_says_too_little_is_refused(
    client: Client, manager: Any, idea: Idea, kind: str, note: str, refusal: str
):
    answer = client.post(reverse("ideas:status_change", args=[idea.pk]), {"status": status(kind).pk, "note": note})

    assert answer.status_code == 422
    assert refusal in text(answer)
    assert not StatusChange.objects.exists()


def test_the_merge_page_says_what_it_comes_to_and_the_merged_one_leads_on(client: Client, manager: Any, idea: Idea):
    target, both = IdeaFactory(title="Unlock underground"), MemberFactory()
    for one in (idea, target):
        vote_set(member=both, idea_id=one.pk, wanted=True)
    url = reverse("ideas:idea_merge", args=[idea.pk])

    found = text(client.get(url, {"q": "underground"}))
    preview = text(client.get(url, {"into": target.pk}))
    merged = client.post(url, {"into": target.pk}, follow=True)
    leads = client.get(reverse("ideas:idea", args=[idea.pk, idea.slug]), follow=True)

    assert "Unlock underground" in found
    assert "2 + 2" in preview
    assert "<b>3</b>" in preview
    assert "Merged into this one:" in text(merged)
    assert leads.redirect_chain[-1][0].endswith(f"/i/{target.pk}/{target.slug}/")


def test_a_merge_is_undone_from_the_page_it_led_to(client: Client, manager: Any, idea: Idea):
    target = IdeaFactory()
    ideas_merge(member=manager, source_id=idea.pk, target_id=target.pk)
    undo = reverse("ideas:idea_unmerge", args=[idea.pk])
    page = text(client.get(reverse("ideas:idea", args=[target.pk, target.slug])))

    answer = client.post(undo, follow=True)

    assert undo in page
    assert answer.status_code == 200
    assert Merge.objects.get().undone_at is not None
    assert client.post(undo).status_code == 404


def test_a_colleague_votes_for_a_customer_with_a_reason_that_only_colleagues_read(client: Client, idea: Idea):
    agent, asked = SupportAgentFactory(), MemberFactory(handle="clara")
    client.force_login(agent)
    url = reverse("ideas:vote_for", args=[idea.pk])
    here = reverse("ideas:idea", args=[idea.pk, idea.slug])

    client.post(url, {"customer": "@Clara", "reason": "On a call about the garage."})
    again = client.post(url, {"customer": "clara", "reason": "Once more."})
    staff_page = text(client.get(here))
    client.force_login(asked)
    own_page = text(client.get(here))
    vote_set(member=asked, idea_id=idea.pk, wanted=False)

    entry = VoteEntry.objects.get(idea=idea, member=asked, delta=1)
    assert (entry.cast_by, entry.note.text) == (agent, "On a call about the garage.")
    assert again.status_code == 422
    assert "On a call about the garage." in staff_page
    assert "On a call" not in own_page
    assert not Vote.objects.filter(idea=idea, member=asked).exists()


@pytest.mark.parametrize(
    ("values", "refusal"),
    [({"customer": "nobody", "reason": "x"}, "Nobody here"), ({"customer": "clara", "reason": " "}, "required")],
)
def test_a_vote_for_nobody_or_without_a_reason_is_refused(
    client: Client, manager: Any, idea: Idea, values: dict[str, str], refusal: str
):
    MemberFactory(handle="clara")

    answer = client.post(reverse("ideas:vote_for", args=[idea.pk]), values)

    assert answer.status_code == 422
    assert refusal in text(answer)


def test_nobody_votes_for_who_cannot_see_the_idea(client: Client, manager: Any):
    hidden = IdeaFactory(board=BoardFactory(audience="staff"), author=manager)
    MemberFactory(handle="clara")

    answer = client.post(reverse("ideas:vote_for", args=[hidden.pk]), {"customer": "clara", "reason": "A call."})

    assert answer.status_code == 403
    assert Vote.objects.filter(idea=hidden).count() == 1


def test_money_and_accounts_reach_colleagues_only(client: Client):
    crm, member = ConnectionFactory(), customer("x")
    AccountFact.objects.create(
        connection=crm,
        remote_id="A-1",
        name="Ville de Rennes",
        plan="canaryplan",
        revenue_minor=4_321_000,
        currency="EUR",
        owner="canaryowner",
        changed_at=member.joined_at,
        as_of=member.joined_at,
    )
    type(member.account).objects.filter(pk=member.account_id).update(key=f"crm:{crm.pk}:A-1")
    idea = IdeaFactory(author=member)
    here = reverse("ideas:idea", args=[idea.pk, idea.slug])

    seen = {"visitor": text(client.get(here))}
    for who, viewer in (("author", member), ("customer", MemberFactory()), ("staff", SupportAgentFactory())):
        client.force_login(viewer)
        seen[who] = text(client.get(here))

    assert all(
        word in seen["staff"] for word in ("43,210 EUR", "canaryplan", "1 of 1 voter matched", "Accounts asking")
    )
    for who in ("visitor", "author", "customer"):
        assert not any(word in seen[who] for word in ("43,210", "canary", "Accounts asking", "Staff only")), who


def test_the_roadmap_shows_lanes_from_statuses_and_narrows_to_a_board(client: Client):
    board = BoardFactory(name="Rider app")
    for kind, title in (("in_progress", "Now this"), ("planned", "Next this"), ("shipped", "Shipped this")):
        Idea.objects.filter(pk=IdeaFactory(board=board, title=title).pk).update(status=status(kind))
    IdeaFactory(board=board, title="Still open")
    other = IdeaFactory(title="On another board")
    Idea.objects.filter(pk=other.pk).update(status=status("planned"))

    page = text(client.get(reverse("ideas:roadmap")))
    narrowed = text(client.get(reverse("ideas:roadmap"), {"board": board.slug}))

    assert [page.index(word) for word in ("Now this", "Next this", "Shipped this")] == sorted(
        page.index(word) for word in ("Now this", "Next this", "Shipped this")
    )
    assert "Still open" not in page
    assert "On another board" in page
    assert "On another board" not in narrowed
    assert client.get(reverse("ideas:roadmap"), {"board": "nowhere"}).status_code == 404


def test_a_card_is_followed_without_a_vote(client: Client):
    idea, member = IdeaFactory(), MemberFactory()
    Idea.objects.filter(pk=idea.pk).update(status=status("planned"))
    client.force_login(member)

    answer = client.post(reverse("ideas:roadmap_follow", args=[idea.pk]), {"on": "1"})

    assert answer.url == reverse("ideas:roadmap")
    assert IdeaFollow.objects.get(idea=idea, member=member).is_on
    assert not Vote.objects.filter(idea=idea, member=member).exists()


def test_statuses_are_named_and_placed_by_the_site(client: Client, manager: Any, idea: Idea):
    planned = status("planned")
    values = {"kind": "planned", "lane": "later", "position": "2", "name_en": "On our list", "name_es": "En la lista"}

    client.post(reverse("ideas:status_edit", args=[planned.pk]), values)
    client.post(reverse("ideas:status_add"), {**values, "name_en": "Beta", "lane": "now"})
    beta = Status.objects.latest("pk")
    listed = text(client.get(reverse("ideas:status_list")))
    client.post(reverse("ideas:status_delete", args=[beta.pk]))
    used = client.post(reverse("ideas:status_delete", args=[idea.status_id]), follow=True)
    spanish = text(client.get("/es" + reverse("ideas:status_list")))

    planned.refresh_from_db()
    assert planned.lane == "later"
    assert "On our list" in listed
    assert "En la lista" in spanish
    assert not Status.objects.filter(pk=beta.pk).exists()
    assert "their history needs it" in text(used)


def test_a_site_keeps_an_open_status(client: Client, manager: Any, idea: Idea):
    answer = client.post(
        reverse("ideas:status_edit", args=[idea.status_id]), {"kind": "planned", "lane": "", "position": "0"}
    )

    assert answer.status_code == 422
    assert "One status must be open" in text(answer)
