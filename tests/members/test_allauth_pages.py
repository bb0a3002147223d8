"""Every page of the sign-in library: in our layout, under the strict policy, in both languages."""

import re
from html.parser import HTMLParser

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.urls import get_resolver, reverse
from django.utils import translation

from tests.factories.members import PASSWORD, MemberFactory

pytestmark = pytest.mark.django_db

VISITORS = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_request_login_code",
    "account_inactive",
    "account_reset_password_from_key",
]
MEMBERS = [
    "account_logout",
    "account_email",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "usersessions_list",
]
IN_A_FLOW = {  # reached half-way through signing in; the tests of the flows look at them
    "account_confirm_login_code",
    "account_email_verification_sent",
    "mfa_authenticate",
    "mfa_login_webauthn",
}


class Inline(HTMLParser):
    """Collects what a strict policy would block."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.titles = 0

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag == "style" or "style" in names or any(name.startswith("on") for name in names):
            self.found.append((tag, attrs))
        data = names.get("type") == "application/json"
        if tag == "script" and not data and not names.get("nonce"):
            self.found.append((tag, attrs))
        self.titles += tag == "h1"


def assert_is_ours(response, language="en"):
    html = response.content.decode()
    inline = Inline()
    inline.feed(html)
    assert inline.found == []
    assert inline.titles == 1
    assert f'<html lang="{language}"' in html
    assert 'class="skip"' in html
    assert 'class="foot"' in html
    assert not re.search(r"\{[{%#]", html)
    policy = response["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "require-trusted-types-for 'script'" in policy


@pytest.fixture
def member(client):
    cache.clear()
    member = MemberFactory(password=PASSWORD)
    client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return member


@pytest.fixture(autouse=True)
def _english():
    """The page before may have been Spanish: addresses are made in the active language."""
    with translation.override("en"):
        yield


def address_of(name):
    if name == "account_reset_password_from_key":
        return reverse(name, kwargs={"uidb36": "1", "key": "gone"})
    if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"}:
        return reverse(name, args=[1])
    return reverse(name)


def test_no_page_of_the_library_is_left_out():
    names = {
        name
        for name in get_resolver().reverse_dict
        if isinstance(name, str) and name.startswith(("account_", "mfa_", "usersessions_"))
    }

    assert names == {*VISITORS, *MEMBERS, *IN_A_FLOW}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", VISITORS)
def test_a_visitors_page_is_in_our_layout(client, name, language):
    address = address_of(name)

    response = client.get(address if language == "en" else f"/es{address}")

    assert response.status_code == 200
    assert_is_ours(response, language)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", MEMBERS)
def test_a_members_page_is_in_our_layout(client, member, name, language):
    address = address_of(name)
    with_factor = {"mfa_deactivate_totp", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
    if name in with_factor or "recovery" in name:
        TOTP.activate(member, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(member)

    response = client.get(address if language == "en" else f"/es{address}", follow=True)

    if name == "mfa_download_recovery_codes":
        assert response["Content-Type"].startswith("text/plain")
        return
    if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"}:
        assert response.status_code == 404
        return
    assert response.status_code == 200
    assert_is_ours(response, language)


@pytest.mark.parametrize("name", ["mfa_index", "mfa_list_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_a_passkey_is_called_so_wherever_it_is_shown(client, member, name):
    key = Authenticator.objects.create(user=member, type="webauthn", data={"name": "Work laptop", "credential": {}})
    address = reverse(name, args=[key.pk]) if name.split("_")[1] in {"edit", "remove"} else reverse(name)

    english, spanish = client.get(address), client.get(f"/es{address}")

    for response, word in ((english, "asskey"), (spanish, "lave")):
        assert word in response.content.decode().partition("<h1>")[2], response
        assert "ecurity key" not in response.content.decode().partition("<h1>")[2]
    assert "Not used" not in spanish.content.decode()
    assert ">Name<" not in spanish.content.decode()


def test_the_address_page_shows_an_address_that_waits(client, member):
    client.post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})

    response = client.get(reverse("account_email"))

    assert b"new@example.com" in response.content
    assert_is_ours(response)
    assert EmailAddress.objects.get(user=member).email == member.email
