"""Joining, and signing in without a password, in a real browser with a virtual authenticator."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Served

pytestmark = pytest.mark.browser
PASSWORD = "correct-horse-battery"
read: set[str] = set()
"""Mails whose code was used."""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def newest_code(page: Page, served: Served) -> str:
    """Return the code of the newest mail in the outbox, once the worker has put one there that was not read before."""
    for _ in range(50):
        page.goto(f"{served.url}/dev/outbox/")
        newest = page.locator("main .rows a").first
        if newest.count() and (address := newest.get_attribute("href") or "") not in read:
            read.add(address)
            newest.click()
            if found := re.search(r"\b(\d{6})\b", page.inner_text("main")):
                return found.group(1)
        page.wait_for_timeout(200)
    raise AssertionError("no mail with a code came")


def join(page: Page, served: Served, email: str) -> None:
    """Sign up and confirm the address."""
    page.goto(f"{served.url}/accounts/signup/")
    page.fill("input[name=name]", "Paz Llave")
    page.fill("input[name=email]", email)
    page.fill("input[name=password1]", PASSWORD)
    page.locator("main form.form button[type=submit]").click()
    expect(page).to_have_url(f"{served.url}/accounts/confirm-email/")
    code = newest_code(page, served)
    page.goto(f"{served.url}/accounts/confirm-email/")
    page.fill("input[name=code]", code)
    page.locator("main form.form button[type=submit]").first.click()
    expect(page).to_have_url(f"{served.url}/")


def with_authenticator(page: Page) -> tuple[object, str]:
    """Plug a virtual authenticator into the page."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, added["authenticatorId"]


def sign_out(page: Page) -> None:
    """Sign out by the menu."""
    page.locator("header details.menu summary").last.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Join", exact=True)).to_be_visible()


def test_a_member_adds_a_passkey_and_signs_in_with_nothing_else(served: Served, open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    session, authenticator = with_authenticator(page)
    join(page, served, "paz@example.com")

    page.goto(f"{served.url}/accounts/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form.form button[type=submit]").click()
    page.check("input[name=passwordless]")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page).to_have_url(re.compile("recovery-codes"))
    held = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert [credential["isResidentCredential"] for credential in held] == [True]

    sign_out(page)
    page.goto(f"{served.url}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page).to_have_url(f"{served.url}/")
    page.goto(f"{served.url}/settings/")
    expect(page.locator("input[name=name]")).to_have_value("Paz Llave")


def test_a_passkey_is_the_second_step_after_a_password(served: Served, open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    with_authenticator(page)
    join(page, served, "rio@example.com")
    page.goto(f"{served.url}/accounts/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form.form button[type=submit]").click()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page).to_have_url(re.compile("recovery-codes"))

    sign_out(page)
    page.goto(f"{served.url}/accounts/login/")
    page.fill("input[name=login]", "rio@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    expect(page).to_have_url(re.compile("2fa/authenticate"))
    page.get_by_role("button", name="Use a passkey or security key").click()

    expect(page).to_have_url(f"{served.url}/")


def test_a_device_without_a_passkey_says_so_and_leaves_other_ways(
    served: Served, open_page: Callable[..., Page]
) -> None:
    page = open_page("/accounts/login/")
    session, authenticator = with_authenticator(page)
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": True})

    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("The passkey was not used")).to_be_visible()
    expect(page.get_by_role("link", name="Mail me a six-digit code")).to_be_visible()


def test_joining_and_signing_in_work_without_scripts(served: Served, open_page: Callable[..., Page]) -> None:
    page = open_page("/", scripts=False)

    join(page, served, "sin-guion@example.com")

    page.goto(f"{served.url}/settings/")
    page.fill("input[name=title]", "Workshop lead")
    page.get_by_role("button", name="Save settings").click()
    expect(page.locator("input[name=title]")).to_have_value("Workshop lead")
