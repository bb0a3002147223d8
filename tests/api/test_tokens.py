"""Tokens: what they look like, what they open, how they end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.api.models import Submission, Token
from community.api.secrets import is_well_formed, token_new
from community.api.services import (
    MOST_TOKENS,
    api_tidy,
    application_token_create,
    submission_begin,
    token_create,
    token_revoke,
)
from community.core.errors import Denied, Invalid
from community.members.models import Member
from community.privacy.services import erase_member, export_member
from tests.factories.api import Program, token_for
from tests.factories.forums import TopicFactory
from tests.factories.members import PASSWORD, AdministratorFactory, MemberFactory


def confirmed() -> Client:
    """Return the browser of a member who has just confirmed who they are."""
    client = Client()
    client.force_login(MemberFactory(password=PASSWORD))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_a_misspelt_token_is_known_without_the_database():
    token = token_new()
    swapped = token[:8] + token[9] + token[8] + token[10:]

    assert token.startswith("tert_")
    assert is_well_formed(token)
    assert not [bad for bad in (token[:-1], token + "0", "tert_", "", token.upper()) if is_well_formed(bad)]
    assert swapped == token or not is_well_formed(swapped)


@pytest.mark.django_db
def test_the_text_of_a_token_is_kept_nowhere():
    token, text = token_create(member=MemberFactory(), name="Script", scopes=["topics:read"])

    row = Token.objects.filter(pk=token.pk).values().get()

    assert text not in str(row)
    assert Program(text).send("GET", "topics").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        (["topics:read"], "GET", "topics", 200),
        (["search:read"], "GET", "topics", 403),
        (["topics:read"], "PUT", "topics/{topic}/same-problem", 403),
        (["topics:write"], "PUT", "topics/{topic}/same-problem", 204),
        (["topics:write"], "GET", "members/me", 403),
        (["members:self"], "GET", "members/me", 200),
    ],
)
def test_a_token_is_good_for_its_scopes_only(scopes, method, path, status):
    topic = TopicFactory()

    response = Program(token_for(MemberFactory(), *scopes)).send(method, path.format(topic=topic.pk))

    assert response.status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"state": "suspended"}, {"state": "unclaimed", "email": None}, {"joined_at": None}], ids=str
)
def test_a_token_is_dead_while_its_member_cannot_sign_in(change):
    member = MemberFactory()
    client = Program(token_for(member))
    for name, value in change.items():
        setattr(member, name, value)
    member.save()

    response = client.send("GET", "topics")

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.django_db
def test_an_expired_or_revoked_token_is_refused():
    member = MemberFactory()
    expired = token_for(member, expires_at=timezone.now() - timedelta(seconds=1))
    revoked = token_for(member)
    token_revoke(actor=member, token_id=Token.objects.latest("pk").pk)

    assert [Program(text).send("GET", "topics").status_code for text in (expired, revoked)] == [401, 401]


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["tert_x", "Basic abc", "Bearer", "Bearer  ", "Bearer é"])
def test_anything_but_a_token_is_refused(header):
    assert Program(Authorization=header).send("GET", "topics").status_code == 401


@pytest.mark.django_db
def test_the_last_use_is_noted_to_the_hour(frozen_clock):
    text = token_for(MemberFactory())
    Program(text).send("GET", "members/me")
    first = Token.objects.get().last_used_at
    frozen_clock.shift(1800)
    Program(text).send("GET", "members/me")
    second = Token.objects.get().last_used_at
    frozen_clock.shift(1801)
    Program(text).send("GET", "members/me")

    assert first is not None
    assert second == first
    assert Token.objects.get().last_used_at == first + timedelta(seconds=3601)


@pytest.mark.django_db
def test_erasing_a_member_takes_tokens_and_submissions_along():
    member = MemberFactory()
    token_for(member, name="My script")
    submission_begin(member=member, key="k", sent=b"x")
    exported = export_member(member.pk)["data"]["api"]

    erase_member(member.pk)

    assert exported["tokens"][0]["name"] == "My script"
    assert not Token.objects.exists()
    assert not Submission.objects.exists()


@pytest.mark.django_db
def test_an_application_gets_a_member_without_role_address_or_password():
    token, text = application_token_create(actor=AdministratorFactory(), name="Help desk", scopes=["topics:write"])

    made = Member.objects.get(pk=token.member_id)

    assert (made.name, made.roles, made.email, made.has_usable_password()) == ("Help desk", [], None, False)
    body = {"body": "From the help desk."}
    assert Program(text).send("POST", f"topics/{TopicFactory().pk}/posts", body).json()["author"]["name"] == "Help desk"


@pytest.mark.django_db
def test_an_application_may_act_as_a_given_member():
    member = MemberFactory(handle="robot")

    token, _text = application_token_create(
        actor=AdministratorFactory(), name="Robot", scopes=["topics:read"], handle="robot"
    )

    assert token.member_id == member.pk
    with pytest.raises(Denied):
        token_revoke(actor=member, token_id=token.pk)


@pytest.mark.django_db
def test_who_may_make_which_token():
    with pytest.raises(Denied):
        application_token_create(actor=MemberFactory(), name="X", scopes=["topics:read"])
    with pytest.raises(Denied):
        token_create(member=MemberFactory(suspended=True), name="X", scopes=["topics:read"])
    with pytest.raises(Invalid):
        token_create(member=MemberFactory(), name="X", scopes=["everything"])


@pytest.mark.django_db
def test_a_member_has_so_many_tokens_and_no_more():
    member = MemberFactory()
    for _ in range(MOST_TOKENS):
        token_for(member)

    with pytest.raises(Invalid):
        token_create(member=member, name="One more", scopes=["topics:read"])


@pytest.mark.django_db
def test_what_is_old_is_forgotten(frozen_clock):
    member = MemberFactory()
    submission_begin(member=member, key="k", sent=b"x")
    token_for(member, expires_at=timezone.now() + timedelta(days=1))
    frozen_clock.shift(timedelta(days=32))

    api_tidy()

    assert not Submission.objects.exists()
    assert not Token.objects.exists()


@pytest.mark.django_db
def test_a_token_is_made_on_the_page_and_shown_once():
    client = confirmed()

    page = client.post(reverse("api:token_list"), {"name": "Script", "scopes": ["topics:read"], "days": "30"})
    again = client.get(reverse("api:token_list"))
    token = Token.objects.get()

    assert "tert_" in page.content.decode()
    assert "tert_" not in again.content.decode()
    assert "Script" in again.content.decode()
    assert token.expires_at is not None
    client.post(reverse("api:token_revoke", args=[token.pk]))
    assert not Token.objects.exists()


@pytest.mark.django_db
def test_a_session_left_open_makes_no_token_before_it_confirms_who_it_is():
    client = Client()
    client.force_login(MemberFactory(password=PASSWORD))

    asked = client.post(reverse("api:token_list"), {"name": "Script", "scopes": ["topics:read"], "days": "30"})
    before = Token.objects.count()
    page = client.post(asked["Location"], {"password": PASSWORD})

    assert (asked.status_code, before) == (302, 0)
    assert "tert_" in page.content.decode()


@pytest.mark.django_db
def test_a_form_with_an_error_comes_back_with_it():
    client = confirmed()

    page = client.post(reverse("api:token_list"), {"name": "Script", "days": "30"})

    assert page.status_code == 422
    assert not Token.objects.exists()
