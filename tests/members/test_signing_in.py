"""Signing in: with a password, a mailed code, a second factor; what it tells, and what it ends."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from community.activity.models import Activity
from community.members.models import AccountMail, Member
from tests.factories.members import (
    PASSWORD,
    AdministratorFactory,
    MemberFactory,
    ModeratorFactory,
    UnclaimedFactory,
)
from tests.mailbox import account_mails
from tests.members.flows import is_signed_in, last_code, last_link, sign_in, words_of

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def totp_code(offset=0):
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + offset))


def with_totp(member):
    TOTP.activate(member, SECRET)
    return member


def test_a_member_signs_in_with_a_password_and_comes_back(client):
    member = MemberFactory(password=PASSWORD)

    response = sign_in(client, member, next="/settings/privacy/")

    assert response.url == "/settings/privacy/"
    assert is_signed_in(client)


def test_password_managers_and_passkeys_are_let_in_and_pasting_is_not_stopped(client):
    login, join = (client.get(reverse(name)).content.decode() for name in ("account_login", "account_signup"))

    assert 'autocomplete="username webauthn"' in login
    assert 'autocomplete="current-password"' in login
    assert 'autocomplete="new-password"' in join
    assert reverse("account_request_login_code") in login
    assert "passkey" in login
    assert "onpaste" not in login + join


def test_nobody_is_sent_to_another_site(client):
    response = sign_in(client, MemberFactory(password=PASSWORD), next="https://evil.example/")

    assert response.url == "/"


def test_the_session_key_changes_on_signing_in(client):
    client.get(reverse("account_login"))
    client.session["canary"] = 1
    client.session.save()
    before = client.session.session_key

    sign_in(client, MemberFactory(password=PASSWORD))

    assert client.session.session_key != before


def test_a_wrong_password_an_unknown_address_and_a_code_member_look_alike(client):
    MemberFactory(email="known@example.com", password=PASSWORD)
    MemberFactory(email="code-only@example.com")
    UnclaimedFactory()

    answers = set()
    for email in ("known@example.com", "unknown@example.com", "code-only@example.com"):
        response = client.post(reverse("account_login"), {"login": email, "password": "wrong-horse-battery"})
        answers.add((response.status_code, words_of(response, email)))

    assert len(answers) == 1


def test_a_member_signs_in_by_a_mailed_code(client):
    member = MemberFactory()

    client.post(reverse("account_request_login_code"), {"email": member.email})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})

    assert is_signed_in(client)


def test_asking_for_a_code_or_a_reset_tells_nothing(client):
    MemberFactory(email="known@example.com", password=PASSWORD)

    for name in ("account_request_login_code", "account_reset_password"):
        answers = set()
        for email in ("known@example.com", "unknown@example.com"):
            visitor = Client()
            response = visitor.post(reverse(name), {"email": email})
            page = visitor.get(response.url)
            answers.add((response.status_code, response.url, page.status_code, words_of(page, email)))
        assert len(answers) == 1, name

    assert [message.to[0].partition("@")[0] for message in account_mails()] == ["known", "unknown", "known", "unknown"]


def test_a_mailed_code_confirms_an_address_and_lets_the_member_join(client):
    member = MemberFactory(unconfirmed=True)

    client.post(reverse("account_request_login_code"), {"email": member.email})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})

    member.refresh_from_db()
    assert is_signed_in(client)
    assert member.joined_at is not None


def test_a_suspended_member_is_told_why_and_stays_out(client):
    member = MemberFactory(suspended=True, password=PASSWORD)

    response = client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD}, follow=True)

    assert "advertising" in response.content.decode()
    assert not is_signed_in(client)


def test_a_suspended_member_who_asks_for_a_code_is_told_by_mail_only(client):
    member = MemberFactory(suspended=True)

    page = client.post(reverse("account_request_login_code"), {"email": member.email}, follow=True)

    assert "advertising" not in page.content.decode()
    assert "advertising" in account_mails()[-1].body


def test_guessing_a_password_ends_soon(client):
    member = MemberFactory(password=PASSWORD)
    for _ in range(5):
        sign_in(client, member, password="wrong-horse-battery")

    response = sign_in(client, member)

    assert "Too many failed" in response.content.decode()
    assert not is_signed_in(client)


def test_a_second_factor_is_asked_for_and_each_code_works_once(client):
    member = with_totp(MemberFactory(password=PASSWORD))
    code = totp_code()

    response = sign_in(client, member)
    assert response.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert is_signed_in(client)

    other = Client()
    sign_in(other, member)
    other.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_signed_in(other)


def test_a_recovery_code_works_in_its_place_once(client):
    member = with_totp(MemberFactory(password=PASSWORD))
    code = RecoveryCodes.activate(member).get_unused_codes()[0]

    for expected in (True, False):
        visitor = Client()
        sign_in(visitor, member)
        visitor.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(visitor) is expected


def test_neither_a_mailed_code_nor_a_reset_skips_the_second_factor(client):
    member = with_totp(MemberFactory(password=PASSWORD))

    client.post(reverse("account_request_login_code"), {"email": member.email})
    response = client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert response.url == reverse("mfa_authenticate")

    visitor = Client()
    visitor.post(reverse("account_reset_password"), {"email": member.email})
    page = visitor.get(last_link(), follow=True)
    visitor.post(page.request["PATH_INFO"], {"password1": "another-horse-battery"})
    assert not is_signed_in(visitor)
    assert sign_in(visitor, member, password="another-horse-battery").url == reverse("mfa_authenticate")


def test_a_reset_link_works_once(client):
    member = MemberFactory(password=PASSWORD)
    client.post(reverse("account_reset_password"), {"email": member.email})
    link = last_link()
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "another-horse-battery"})

    again = Client().get(link, follow=True)

    assert "The link no longer works" in again.content.decode()
    assert Member.objects.get(pk=member.pk).check_password("another-horse-battery")


def test_secrets_of_second_factors_are_sealed_at_rest():
    member = with_totp(MemberFactory())

    data = Authenticator.objects.get(user=member).data

    assert SECRET not in str(data)
    assert data["secret"].startswith("test:")


def test_a_new_password_ends_the_other_sessions(client):
    member = MemberFactory(password=PASSWORD)
    other = Client()
    sign_in(client, member)
    sign_in(other, member)

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "another-horse-battery"})

    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert UserSession.objects.filter(user=member).count() == 1
    assert "was changed" in account_mails()[-1].subject


@pytest.mark.django_db(transaction=True)
def test_a_new_second_factor_ends_the_other_sessions(client):
    member = MemberFactory(password=PASSWORD)
    other = Client()
    sign_in(other, member)
    sign_in(client, member)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    client.post(reverse("mfa_activate_totp"), {"code": code})

    assert Authenticator.objects.filter(user=member, type="totp").exists()
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_the_other_sessions_are_listed_and_ended(client):
    member = MemberFactory(password=PASSWORD)
    other = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"})
    sign_in(other, member)
    sign_in(client, member)

    page = client.get(reverse("usersessions_list"))
    assert "Firefox on Linux" in page.content.decode()
    client.post(reverse("usersessions_list"))

    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_second_factors_and_the_address_are_changed_only_after_confirming_again(client):
    sign_in(client, MemberFactory(password=PASSWORD))

    for name in ("mfa_activate_totp", "mfa_add_webauthn", "members:erase"):
        assert reverse("account_reauthenticate") in client.get(reverse(name)).url, name
    response = client.post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})
    assert reverse("account_reauthenticate") in response.url


def test_a_changed_address_counts_after_its_code_and_the_old_one_is_told(client):
    member = MemberFactory(password=PASSWORD, email="old@example.com")
    sign_in(client, member)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})
    assert EmailAddress.objects.get(user=member, primary=True).email == "old@example.com"

    client.post(reverse("account_email_verification_sent"), {"code": last_code()})

    member.refresh_from_db()
    assert member.email == "new@example.com"
    assert account_mails()[-1].to == ["old@example.com"]
    recorded = Activity.objects.filter(type="members.member_updated", subject_id=member.pk)
    assert recorded.get().payload == {"fields": ["email"]}


def test_an_address_of_somebody_else_is_not_told_and_not_taken(client):
    MemberFactory(email="known@example.com")
    member = MemberFactory(password=PASSWORD)
    sign_in(client, member)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    answers = {
        client.post(reverse("account_email"), {"email": email, "action_add": ""}, follow=False).status_code
        for email in ("known@example.com", "unknown@example.com")
    }

    assert len(answers) == 1
    assert Member.objects.get(email="known@example.com").pk != member.pk


def test_unclaimed_authors_have_no_way_in(client):
    author = UnclaimedFactory(handle="old-author")

    assert author.email is None
    assert not author.has_usable_password()
    assert client.get("/m/old-author/").status_code == 200


@pytest.mark.parametrize("path", ["/staff/", "/es/staff/", "/cms/"])
def test_staff_pages_ask_colleagues_for_a_second_factor(client, settings, path):
    settings.STAFF_MFA_REQUIRED = True
    member = AdministratorFactory(password=PASSWORD)
    sign_in(client, member)

    response = client.get(path)

    assert response.status_code == 403
    assert reverse("mfa_activate_totp").removeprefix("/es") in response.content.decode()


def test_a_colleague_with_a_second_factor_confirms_it_once_a_session(client, settings):
    settings.STAFF_MFA_REQUIRED = True
    member = with_totp(ModeratorFactory(password=PASSWORD))
    client.force_login(member, backend="community.members.backends.MemberBackend")
    assert reverse("mfa_reauthenticate") in client.get("/staff/").url

    visitor = Client()
    sign_in(visitor, member)
    visitor.post(reverse("mfa_authenticate"), {"code": totp_code()})

    assert visitor.get("/staff/").status_code == 200


def test_the_cms_sends_visitors_to_our_sign_in_and_refuses_members(client):
    assert client.get("/cms/").url.startswith(reverse("account_login"))
    assert client.get("/cms/login/").url.startswith(reverse("account_login"))

    sign_in(client, MemberFactory(password=PASSWORD))

    assert client.get("/cms/").status_code == 403


def test_a_mail_server_that_fails_delays_no_answer_and_loses_no_mail(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
    MemberFactory(email="known@example.com", password=PASSWORD)
    answers = []
    for email in ("known@example.com", "unknown@example.com"):
        response = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        answers.append((response.status_code, words_of(response, email).splitlines()))

    known, unknown = answers
    assert known == unknown
    assert AccountMail.objects.filter(state="waiting").count() == 2


def test_who_has_no_password_confirms_by_a_mailed_code(client):
    member = MemberFactory()
    client.force_login(member, backend="community.members.backends.MemberBackend")
    confirm = reverse("members:reauthenticate")

    response = client.get(reverse("members:erase"))
    assert response.url.startswith(confirm)
    client.get(response.url)
    assert account_mails() == []
    client.post(response.url, {"action": "send"})
    assert client.post(response.url, {"action": "confirm", "code": "x"}).status_code == 422
    back = client.post(response.url, {"action": "confirm", "code": last_code()})

    assert back.url == reverse("members:erase")
    assert client.get(back.url).status_code == 200
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


def test_three_wrong_codes_need_a_new_mail(client):
    client.force_login(MemberFactory(), backend="community.members.backends.MemberBackend")
    confirm = reverse("members:reauthenticate")
    client.post(confirm, {"action": "send"})
    right = last_code()

    for _ in range(3):
        client.post(confirm, {"action": "confirm", "code": "wrong"})

    assert client.post(confirm, {"action": "confirm", "code": right}).status_code == 422


def test_who_just_signed_in_by_a_code_is_not_asked_again(client):
    member = MemberFactory()
    client.post(reverse("account_request_login_code"), {"email": member.email})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})

    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.parametrize("name", ["wagtailusers_users:add", "wagtailusers_users:edit", "wagtailusers_users:delete"])
def test_members_cannot_be_made_changed_or_deleted_in_the_cms(client, name):
    member = AdministratorFactory()
    client.force_login(member, backend="community.members.backends.MemberBackend")

    address = reverse(name) if name.endswith("add") else reverse(name, args=[MemberFactory().pk])

    assert client.get(address).status_code == 403
    assert client.post(address, {"email": "x@example.com"}).status_code == 403


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_asking_for_codes_and_resets_is_limited_alike_for_whoever_has_an_account(client, name):
    MemberFactory(email="known@example.com", password=PASSWORD)

    answers = {}
    for email in ("known@example.com", "unknown@example.com"):
        here = f"192.0.2.{len(answers) + 1}"
        requests = [Client(REMOTE_ADDR=here).post(reverse(name), {"email": email}) for _ in range(8)]
        answers[email] = [(one.status_code, words_of(one, email)) for one in requests]

    assert answers["known@example.com"] == answers["unknown@example.com"]
    assert [message.to for message in account_mails()].count(["known@example.com"]) <= 5
    assert answers["known@example.com"][-1] != answers["known@example.com"][0]


def test_guessing_ends_alike_for_whoever_has_an_account(client):
    MemberFactory(email="known@example.com", password=PASSWORD)

    answers = []
    for email in ("known@example.com", "unknown@example.com"):
        visitor = Client(REMOTE_ADDR=f"192.0.2.{len(answers) + 1}")
        guesses = [visitor.post(reverse("account_login"), {"login": email, "password": "wrong"}) for _ in range(12)]
        answers.append([(guess.status_code, words_of(guess, email)) for guess in guesses])

    assert answers[0] == answers[1]
    assert "Too many failed" in answers[0][-1][1] or answers[0][-1][0] == 429
