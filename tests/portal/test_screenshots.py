"""`make screenshots` shows every page there is."""

import re

import pytest
from django.urls import Resolver404, resolve, reverse

from scripts.screenshots import PAGES
from tests.leaks.routes import ROUTES, route_names

NO_PAGE = {
    "robots": "for machines",
    "sitemap": "for machines",
    "sitemap_part": "for machines",
    "notifications:bell": "a fragment",
    "forums:topic_news": "a fragment",
    "forums:reply_list": "a fragment",
    "forums:category_news": "a fragment",
    "forums:post_quote": "a fragment",
    "forums:mention_list": "a fragment",
    "ideas:idea_news": "a fragment",
    "search:instant": "a fragment",
    "branding:brand_colours": "a fragment",
    "branding:brand_try": "a style sheet",
    "branding:theme_export": "a file",
    "knowledge:help_feed": "a feed",
    "knowledge:blog_feed": "a feed",
    "forums:feed": "a feed",
    "forums:category_feed": "a feed",
    "ideas:feed": "a feed",
    "ideas:board_feed": "a feed",
    "forums:topic_by_id": "leads on",
    "forums:post": "leads on",
    "ideas:idea_by_id": "leads on",
    "ideas:comment": "leads on",
    "portal:setup": "leads on",
    "members:reauthenticate": "leads on to the page of the sign-in family",
    "crm_sync:dead_discard": "the demo refuses nothing",
    "crm_sync:sandbox_case": "the demo escalates nothing",
    "crm_sync:sandbox_account_new": "a form of the account's page",
}
IN_BETWEEN = {
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_reset_password_from_key",
    "account_set_password",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
}
"""Pages of the sign-in family that only follow a code, a key or a mail; the same layout as the others."""


def _pages() -> set[str]:
    table = {route["name"] for route in ROUTES if route.get("method", "GET") == "GET"}
    family = {name for name in route_names() if name.startswith(("account_", "mfa_", "usersessions_"))}
    return (table | family) - NO_PAGE.keys() - IN_BETWEEN


def _address(name: str) -> str:
    """Return an address of the page, whatever its arguments are."""
    route = next((route for route in ROUTES if route["name"] == name), {})
    return reverse(name, kwargs=dict.fromkeys(route.get("args", {}), "1"))


def _named(path: str) -> str:
    try:
        return str(resolve(re.sub(r"\{\w+\}", "1", path.partition("?")[0])).view_name)
    except Resolver404:
        return ""


@pytest.mark.parametrize("name", sorted(_pages()))
def test_every_page_has_its_pictures(name: str) -> None:
    straight = {_named(shot.path) for shot in PAGES if not shot.found}
    address = _address(name)

    assert name in straight or any(re.search(shot.found[-1], address) for shot in PAGES if shot.found), (
        f"{address} ({name}) is missing in scripts/screenshots.py"
    )


def test_pictures_have_names_of_their_own() -> None:
    assert len({shot.name for shot in PAGES}) == len(PAGES)
