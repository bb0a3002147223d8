"""Export holds everything; erasing leaves nothing of a person anywhere in our database or files."""

import io
import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from PIL import Image

from community.activity.models import Activity
from community.activity.subjects import subject_of
from community.core.uploads import stored_images
from community.members.models import Member
from community.members.services import account_link, avatar_set, group_join
from community.privacy.services import CRM_SYNC, consent_set, erase_member, export_member
from tests.factories.members import PASSWORD, MemberFactory, MemberGroupFactory
from tests.members.flows import is_signed_in, sign_in

CANARY = "zanahoria"


def picture():
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(out, "PNG")
    return io.BytesIO(out.getvalue())


def known_everywhere():
    """Return a member with something in every corner, each bearing the canary."""
    member = MemberFactory(
        handle=f"{CANARY}-handle",
        name=f"{CANARY} name",
        email=f"{CANARY}@example.com",
        title=f"{CANARY} title",
        organisation=f"{CANARY} organisation",
        suspension_reason=f"{CANARY} reason",
        password=PASSWORD,
    )
    TOTP.activate(member, "JBSWY3DPEHPK3PXP")
    group_join(group=MemberGroupFactory(), member=member)
    account_link(member_id=member.pk, key="crm:1:9", name="Velowerk", origin="crm:1")
    consent_set(member_id=member.pk, purpose=CRM_SYNC, given=True)
    avatar_set(member, member=member, picture=picture())
    return Member.objects.get(pk=member.pk)


def rows_with(text):
    """Return every row of the database that holds `text` in any column."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        found += [
            (model._meta.label, row)
            for row in model._base_manager.values()
            if any(text in str(value).lower() for value in row.values())
        ]
    return found


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.mark.django_db
def test_the_export_holds_what_every_app_says_and_no_secret():
    member = known_everywhere()

    text = json.dumps(export_member(member.pk))
    data = json.loads(text)["data"]

    assert data["members"]["profile"]["email"] == member.email
    assert data["members"]["profile"]["account"] == "Velowerk"
    assert data["members"]["groups"] != []
    assert data["members"]["second_factors"][0]["type"] == "totp"
    assert data["privacy"]["consents"][0]["given"] is True
    assert any(entry["what"] == "members.member_updated" for entry in data["privacy"]["activity"])
    assert "secret" not in text
    assert member.password not in text


@pytest.mark.django_db(transaction=True)
def test_erasing_leaves_no_trace_of_the_person():
    member = known_everywhere()
    client = Client()
    client.force_login(member, backend="community.members.backends.MemberBackend")
    assert rows_with(CANARY) != []

    erase_member(member.pk)

    assert rows_with(CANARY) == []
    assert stored_images(owner_id=member.pk, purpose="avatar") == []
    for model in (EmailAddress, Authenticator, UserSession):
        assert not model.objects.filter(user_id=member.pk).exists()
    assert not is_signed_in(client)
    gone = Member.objects.get(pk=member.pk)
    assert (gone.state, gone.email, gone.account_id, gone.roles) == ("erased", None, None, [])
    assert gone.display_name == "Former member"


@pytest.mark.django_db(transaction=True)
def test_erasing_twice_is_erasing_once_and_tells_those_who_hold_copies():
    member = known_everywhere()

    erase_member(member.pk)
    erase_member(member.pk)

    assert Activity.objects.filter(type="members.member_erased", subject_id=member.pk).count() == 1
    facts = subject_of("members.member").facts([member.pk])[member.pk]
    assert facts.erased
    assert (facts.email, facts.handle) == (None, f"erased-{member.pk}")
    assert CANARY not in str(facts)


@pytest.mark.django_db(transaction=True)
def test_a_member_erases_the_own_account_through_the_page():
    member = MemberFactory(password=PASSWORD)
    client, elsewhere = Client(), Client()
    sign_in(elsewhere, member)
    sign_in(client, member)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    page = client.get(reverse("members:erase"))
    assert "CRM" in page.content.decode()
    assert client.post(reverse("members:erase"), {"handle": "another"}).status_code == 422
    response = client.post(reverse("members:erase"), {"handle": member.handle})

    assert response.url == reverse("members:erased")
    assert client.get(response.url).status_code == 200
    assert Member.objects.get(pk=member.pk).state == "erased"
    assert not is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert not Session.objects.exists() or not UserSession.objects.exists()
    assert client.get(f"/m/{member.handle}/").status_code == 404


@pytest.mark.django_db
def test_the_member_downloads_the_export_as_a_file():
    member = MemberFactory(password=PASSWORD)
    client = Client()
    sign_in(client, member)

    assert client.get(reverse("members:export")).status_code == 405
    response = client.post(reverse("members:export"))

    assert response["Content-Disposition"] == f'attachment; filename="{member.handle}.json"'
    assert response["Cache-Control"] == "no-store"
    assert json.loads(response.content)["member_id"] == member.pk


@pytest.mark.django_db
def test_nobody_can_take_the_handle_of_an_erased_member():
    member = MemberFactory()
    erase_member(member.pk)
    other = MemberFactory(password=PASSWORD)
    client = Client()
    sign_in(client, other)

    form = {"name": "x", "handle": f"erased-{member.pk}", "language": "en", "time_zone": "UTC", "theme": "dark"}
    response = client.post(reverse("members:settings"), form)

    assert response.status_code == 422
    assert "reserved" in response.content.decode()
