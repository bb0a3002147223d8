"""Set-up from an empty database: the code, the steps, invitations, samples."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Site

from community.activity.delivery import drain_activity
from community.branding.models import BrandSettings
from community.core.errors import Gone, Invalid
from community.knowledge.models import Article, Section
from community.members.inviting import invitation_accept, invitation_of, sign_in_rules
from community.members.mails import mail_opened
from community.members.models import AccountMail, Invitation, Member
from community.notifications.models import Mail
from community.portal.models import SampleThing, SetupCode, SetupStep
from community.portal.setup.claiming import installation_claim, setup_lines
from community.portal.setup.progress import checklist
from community.portal.setup.samples import sample_add, sample_remove
from community.portal.setup.steps import STEPS
from community.portal.setup.templates import templates
from community.reputation.models import LedgerEntry
from crm_sync.connectors.base import CheckReport
from crm_sync.models import Connection
from crm_sync.services import connection_check, connection_create, connection_credentials_set
from forums.models import Category, Post, Topic
from forums.services import reply_create, same_problem_toggle
from ideas.models import Board, Idea
from ideas.services import comment_create, vote_set
from search.models import SearchDirty
from tests.factories.members import AdministratorFactory, MemberFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a long way up the hill"
ME = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD}


@pytest.fixture(autouse=True)
def _nothing_cached() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def site() -> Site:
    return Site.objects.get(is_default_site=True)


def code() -> str:
    return setup_lines()[-1].strip()


@pytest.fixture
def administrator(client: Client, site: Site) -> Member:
    client.post("/setup/", {"code": code(), **ME})
    return Member.objects.get()


def test_the_first_visit_leads_to_set_up_and_the_code_makes_the_administrator(client: Client) -> None:
    printed = code()
    assert client.get("/").url == "/setup/"

    refused = client.post("/setup/", {"code": "AAAA-BBBB-CCCC", **ME})
    assert refused.status_code == 422
    assert not Member.objects.exists()
    taken = client.post("/setup/", {"code": printed.lower(), **ME})

    assert taken.url == "/setup/name/"
    assert Member.objects.get().roles == ["administrator"]
    assert client.get("/").status_code == 200
    assert client.get("/setup/name/").status_code == 200


def test_the_code_works_once_and_a_new_one_voids_the_former(site: Site) -> None:
    former, newest = code(), code()
    values = {"site": site, "name": "Ada", "email": "ada@example.com", "password": PASSWORD}
    with pytest.raises(Invalid):
        installation_claim(code=former, **values)
    installation_claim(code=newest, **values)

    with pytest.raises(Invalid):
        installation_claim(code=newest, **{**values, "email": "other@example.com"})
    assert not SetupCode.objects.exists()
    assert setup_lines() == []


def test_each_step_is_skipped_and_taken_up_again(client: Client, administrator: Member, site: Site) -> None:
    for name in STEPS:
        assert client.get("/setup/").url == f"/setup/{name}/"
        client.post(f"/setup/{name}/", {"act": "skip"})
    assert set(SetupStep.objects.values_list("state", flat=True)) == {"skipped"}
    assert client.get("/setup/").url == "/setup/name/"
    assert "Go on" in client.get("/staff/").content.decode()

    filled: dict[str, dict[str, Any]] = {
        "name": {"name": "Ostler", "tagline": "Ask the riders"},
        "languages": {"languages": ["en"]},
        "sign-in": {"joining": "invited"},
        "categories": {"template": "software"},
        "team": {"addresses": "kim@example.com", "role": "moderator"},
        "crm": {"crm": "sandbox"},
    }
    for name, values in filled.items():
        assert client.post(f"/setup/{name}/", values).status_code == 302, name

    assert set(SetupStep.objects.values_list("state", flat=True)) == {"done"}
    assert client.get("/setup/").url == "/staff/"
    assert "Go on" not in client.get("/staff/").content.decode()
    brand = BrandSettings.for_site(site)
    assert (brand.name, brand.languages) == ("Ostler", ["en"])
    assert (sign_in_rules(site).by_invitation, sign_in_rules(site).mailed_codes) == (True, False)
    assert set(Category.objects.values_list("language", flat=True)) == {"en"}
    assert Connection.objects.get().kind == "sandbox"
    assert "Español" not in client.get("/").content.decode()


def test_the_check_list_can_be_put_away(client: Client, administrator: Member) -> None:
    client.post("/setup/away/")

    assert "Go on" not in client.get("/staff/").content.decode()


def crm_state(site: Site) -> str:
    found = checklist(site)
    assert found is not None
    return next(line.state for line in found.lines if line.name == "crm")


def test_the_crm_is_done_when_a_test_of_it_went_well(client: Client, administrator: Member, site: Site) -> None:
    assert client.post("/setup/crm/", {"crm": "tryton"}).status_code == 302
    assert crm_state(site) == "open"
    crm = connection_create(site=site, kind="sandbox", name="Elsewhere")
    assert crm_state(site) == "open"
    connection_credentials_set(crm, {"token": "revoked"})
    assert not connection_check(crm).ok
    assert crm_state(site) == "open"

    connection_credentials_set(crm, {"token": "good"})
    assert connection_check(crm).ok

    assert crm_state(site) == "done"


def test_a_built_in_crm_that_fails_its_test_leaves_the_step_open(
    client: Client, administrator: Member, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = CheckReport(ok=False, problems=("It does not answer.",))
    monkeypatch.setattr("community.portal.setup.steps.connection_check", lambda _crm: failed)

    page = client.post("/setup/crm/", {"crm": "sandbox"})

    assert page.status_code == 422
    assert "It does not answer." in page.content.decode()
    assert crm_state(site) == "open"


def test_a_wrong_form_is_shown_again_and_the_step_stays_open(client: Client, administrator: Member) -> None:
    page = client.post("/setup/team/", {"addresses": "kim@example.com nonsense", "role": "moderator"})

    assert page.status_code == 422
    assert "nonsense is no mail address" in page.content.decode()
    assert SetupStep.objects.get(name="team").state == "open"
    assert not Invitation.objects.exists()


def test_set_up_is_for_administrators_with_their_second_factor(settings: Any, client: Client) -> None:
    client.force_login(MemberFactory())
    assert client.get("/setup/name/").status_code == 403

    settings.STAFF_MFA_REQUIRED = True
    client.force_login(AdministratorFactory())
    page = client.get("/setup/name/")
    assert page.status_code == 403
    assert "second factor" in page.content.decode()


def invited_link(client: Client) -> str:
    client.post("/setup/team/", {"addresses": "Kim@example.com", "role": "support_agent"})
    mail = mail_opened(AccountMail.objects.latest("pk").sealed)
    assert mail.to == ["kim@example.com"]
    return re.search(r"http://testserver(/invited/\S+/)", str(mail.body)).group(1)  # type: ignore[union-attr]


def test_an_invitation_makes_a_colleague_once(client: Client, administrator: Member) -> None:
    link, guest = invited_link(client), Client()
    assert "kim@example.com" in guest.get(link).content.decode()
    assert guest.post(link, {"name": "Kim", "password": "short"}).status_code == 422

    guest.post(link, {"name": "Kim", "password": PASSWORD})

    kim = Member.objects.get(email="kim@example.com")
    assert kim.roles == ["support_agent"]
    assert kim.joined_at is not None
    assert guest.get("/staff/").status_code == 200
    assert Client().get(link).status_code == 410
    assert not Invitation.objects.exists()


def test_an_invitation_expires_and_a_newer_one_replaces_it(client: Client, administrator: Member) -> None:
    former, newest = invited_link(client), invited_link(client)
    assert Client().get(former).status_code == 410
    assert Client().get(newest).status_code == 200

    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(Gone):
        invitation_of(newest.split("/")[2])
    with pytest.raises(Gone):
        invitation_accept(secret=newest.split("/")[2], name="Kim", password=PASSWORD)


def test_where_members_are_invited_nobody_else_joins(client: Client, administrator: Member) -> None:
    client.post("/setup/sign-in/", {"joining": "invited"})
    visitor = Client()

    assert "By invitation" in visitor.get("/accounts/signup/").content.decode()
    visitor.post("/accounts/signup/", {"name": "X", "email": "x@example.com", "password1": PASSWORD})
    assert not Member.objects.filter(email="x@example.com").exists()
    assert "six-digit" not in visitor.get("/accounts/login/").content.decode()
    visitor.post("/accounts/login/code/", {"email": "ada@example.com"})
    assert not AccountMail.objects.exists()


def test_every_template_is_there_in_every_language(settings: Any) -> None:
    for template in templates().values():
        languages = {code for code, _name in settings.LANGUAGES}
        assert {row.language for row in template.categories} == languages == set(template.names)


def everything() -> dict[str, int]:
    return {
        "topics": Topic.objects.count(),
        "posts": Post.objects.count(),
        "categories": Category.objects.count(),
        "topic_count": sum(Category.objects.values_list("topic_count", flat=True)),
        "ideas": Idea.objects.listed().count(),
        "idea_count": sum(Board.objects.filter(audience="public").values_list("idea_count", flat=True)),
        "boards": Board.objects.filter(audience="public").count(),
        "articles": Article.objects.count(),
        "sections": Section.objects.count(),
        "points": sum(LedgerEntry.objects.values_list("points", flat=True)),
        "people": Member.objects.exclude(state="erased").count(),
    }


def test_samples_come_and_exactly_they_go(site: Site) -> None:
    real = MemberFactory()
    before = everything()
    sample_add(site=site)
    drain_activity()
    topic = Topic.objects.order_by("pk").first()
    same_problem_toggle(member=real, topic_id=topic.pk, wanted=True)
    drain_activity()
    assert everything() != before
    idea, article = Idea.objects.get(), Article.objects.get()
    vote_set(member=real, idea_id=idea.pk, wanted=True)
    drain_activity()
    SearchDirty.objects.all().delete()

    assert sample_remove(site=site) == 0
    drain_activity()

    assert everything() == before
    assert not SampleThing.objects.exists()
    dirty = set(SearchDirty.objects.values_list("kind", "object_id"))
    assert {("forums.topic", topic.pk), ("ideas.idea", idea.pk), ("knowledge.article", article.pk)} <= dirty
    assert sample_remove(site=site) == 0


def test_samples_come_again_after_they_went(site: Site) -> None:
    sample_add(site=site)
    sample_remove(site=site)

    sample_add(site=site)

    assert Idea.objects.listed().get().board.audience == "public"
    assert Article.objects.live().exists()


@pytest.mark.parametrize("language", ["en", "es"])
def test_samples_are_in_the_language_of_the_page_and_visitors_read_them(
    client: Client, site: Site, language: str
) -> None:
    with override(language):
        sample_add(site=site)
    drain_activity()
    idea, article = Idea.objects.get(), Article.objects.get()

    assert (idea.language, article.locale.language_code) == (language, language)
    assert idea.vote_count == 2
    with override(language):
        for name, args in (("ideas:idea", [idea.pk, idea.slug]), (article.address, article.address_args)):
            assert client.get(reverse(name, args=args)).status_code == 200
    assert not Mail.objects.exists()


def test_a_sample_idea_or_article_that_members_wrote_in_stays(site: Site) -> None:
    sample_add(site=site)
    idea, article = Idea.objects.get(), Article.objects.get()
    comment_create(member=MemberFactory(), idea_id=idea.pk, body="I wish for the same, with a snooze.")
    article.save_revision(user=MemberFactory(roles=["administrator"]))

    assert sample_remove(site=site) == 2

    assert Idea.objects.listed().get().board.audience == "public"
    assert Article.objects.get().live


def test_what_members_wrote_in_a_sample_stays(site: Site) -> None:
    real = MemberFactory()
    sample_add(site=site)
    topic = Topic.objects.order_by("pk").first()
    post = reply_create(member=real, topic_id=topic.pk, body="I know this one, from last winter.")

    assert sample_remove(site=site) == 1

    assert Post.objects.get(pk=post.pk).visibility == "visible"
    assert list(Topic.objects.values_list("pk", flat=True)) == [topic.pk]
    assert Topic.objects.get().author.display_name == "Former member"
