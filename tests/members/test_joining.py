"""Signing up: who becomes a member, and when."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from community.activity.models import Activity
from community.members.models import Member
from community.members.services import signups_expire
from community.privacy.models import Consent
from tests.factories.members import MemberFactory
from tests.mailbox import account_mails
from tests.members.flows import is_signed_in, last_code, sign_up, words_of

pytestmark = pytest.mark.django_db


def test_a_visitor_joins_by_a_mailed_code(client):
    sign_up(client, crm="on")

    member = Member.objects.get(email="marta@example.com")
    assert member.joined_at is None
    assert not is_signed_in(client)
    client.post(reverse("account_email_verification_sent"), {"code": last_code()})

    member.refresh_from_db()
    assert member.joined_at is not None
    assert member.handle == "marta-kiel"
    assert is_signed_in(client)
    assert Activity.objects.filter(type="members.member_joined", subject_id=member.pk).count() == 1
    assert Consent.objects.get(member=member).given


def test_who_has_not_confirmed_the_address_cannot_be_seen_or_sign_in(client):
    sign_up(client)
    client.post(reverse("account_logout"))

    client.post(reverse("account_login"), {"login": "marta@example.com", "password": "correct-horse-battery"})

    assert not is_signed_in(client)
    assert client.get("/m/marta-kiel/").status_code == 404


def test_a_wrong_code_lets_nobody_in(client):
    sign_up(client)
    wrong = "000000" if last_code() != "000000" else "000001"

    response = client.post(reverse("account_email_verification_sent"), {"code": wrong})

    assert response.status_code == 200
    assert not is_signed_in(client)
    assert not EmailAddress.objects.get(email="marta@example.com").verified


def test_codes_cannot_be_guessed_through(client):
    sign_up(client)
    right = last_code()

    for number in range(3):
        client.post(reverse("account_email_verification_sent"), {"code": f"{(int(right) + number + 1) % 10**6:06}"})
    client.post(reverse("account_email_verification_sent"), {"code": right})

    assert not is_signed_in(client)


def test_an_address_we_know_gets_a_mail_and_the_same_answer(client, django_user_model):
    MemberFactory(email="known@example.com")

    answers = {}
    for email in ("known@example.com", "unknown@example.com"):
        response = sign_up(client, email=email)
        page = client.get(response.url)
        answers[email] = (response.status_code, response.url, page.status_code, words_of(page, email))
        client.cookies.clear()

    assert answers["known@example.com"] == answers["unknown@example.com"]
    assert [message.to for message in account_mails()] == [["known@example.com"], ["unknown@example.com"]]
    assert "You already have an account" in account_mails()[0].subject
    assert sorted(Member.objects.values_list("email", flat=True)) == ["known@example.com", "unknown@example.com"]
    assert EmailAddress.objects.count() == 2
    assert Consent.objects.count() == 1


def test_sign_up_works_without_a_password(client):
    sign_up(client, password1="")
    client.post(reverse("account_email_verification_sent"), {"code": last_code()})

    assert not Member.objects.get(email="marta@example.com").has_usable_password()
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"handle": "admin"}, "reserved"),
        ({"handle": "taken-one"}, "looks like it"),
        ({"handle": "taken-0ne"}, "looks like it"),
        ({"name": " \u200b "}, "name"),
        ({"password1": "short"}, "at least 12"),
        ({"password1": "q1w2e3r4t5y6"}, "too common"),
        ({"email": "no-address"}, "valid email"),
    ],
)
def test_a_bad_form_is_answered_beside_the_field(client, changes, words):
    MemberFactory(handle="taken-one")

    response = sign_up(client, **changes)

    assert response.status_code == 200
    assert words in response.content.decode()
    assert Member.objects.count() == 1
    assert account_mails() == []


def test_a_chosen_handle_is_kept_in_small_letters(client):
    sign_up(client, handle="@MartaK")

    assert Member.objects.get(email="marta@example.com").handle == "martak"


def test_a_spanish_sign_up_mails_in_spanish_afterwards(client):
    client.post("/es/accounts/signup/", {"name": "Rosa", "email": "rosa@example.com"})

    assert Member.objects.get(email="rosa@example.com").language == "es"


def test_sign_ups_from_one_address_are_limited(client):
    answers = [sign_up(client, email=f"someone-{n}@example.com", password1="").status_code for n in range(22)]

    assert answers[-1] == 429
    response = sign_up(client, email="someone-99@example.com")
    assert b'class="foot"' in response.content


def test_sign_ups_nobody_confirmed_are_forgotten_after_a_week(frozen_clock):
    waiting = MemberFactory(unconfirmed=True)
    MemberFactory()
    MemberFactory(suspended=True)
    frozen_clock.shift(8 * 86_400)
    fresh = MemberFactory(unconfirmed=True)

    assert signups_expire() == 1
    assert signups_expire() == 0

    assert not Member.objects.filter(pk=waiting.pk).exists()
    assert Member.objects.filter(pk=fresh.pk).exists()
    assert Member.objects.count() == 3


def test_create_superuser_makes_an_administrator_who_can_sign_in():
    member = Member.objects.create_superuser("ada@example.com", "correct-horse-battery")

    assert member.roles == ["administrator"]
    assert member.is_superuser
    assert EmailAddress.objects.get(user=member).verified
