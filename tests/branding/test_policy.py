"""Every page and fragment carries the strict policy; visitors' pages leave no trace."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
NONCE = re.compile(r"'nonce-([^']+)'")
VISITOR_PAGES = ["/", "/es/", "/nothing-here/", "/brand/0000000000000000.css"]


def policy_of(answer) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))


@pytest.mark.parametrize("path", [*VISITOR_PAGES, "/accounts/login/", "/staff/"])
def test_our_pages_carry_the_strict_policy(client: Client, path: str) -> None:
    answer = client.get(path)

    policy = policy_of(answer)
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "htmx"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Permissions-Policy" in answer
    assert "Referrer-Policy" in answer


def test_each_answer_has_a_nonce_of_its_own_on_every_script(client: Client) -> None:
    first, second = client.get("/"), client.get("/")

    nonces = [NONCE.search(answer["Content-Security-Policy"])[1] for answer in (first, second)]  # type: ignore[index]
    assert nonces[0] != nonces[1]
    for answer, nonce in zip((first, second), nonces, strict=True):
        scripts = re.findall(r"<script[^>]*>", answer.content.decode())
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)


def test_the_cms_has_its_own_policy(client: Client) -> None:
    policy = policy_of(client.get("/cms/login/"))

    assert "'unsafe-inline'" in policy["style-src"]
    assert "require-trusted-types-for" not in policy
    assert policy["default-src"] == "'none'"


@pytest.mark.parametrize("path", VISITOR_PAGES)
def test_a_visitors_page_sends_no_cookie_and_does_not_vary_by_it(client: Client, path: str) -> None:
    answer = client.get(path)

    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()


def test_a_visitors_page_stays_clean_with_a_theme_cookie(client: Client) -> None:
    client.cookies["theme"] = "dark"

    answer = client.get("/")

    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()


def test_a_members_page_varies_by_cookie(client: Client) -> None:
    client.force_login(MemberFactory())

    assert "Cookie" in client.get(reverse("portal:home"))["Vary"]


def test_a_message_waits_for_its_reader_and_then_leaves_no_cookie(client: Client) -> None:
    client.force_login(MemberFactory())
    client.post("/accounts/logout/")  # leaves a message

    first = client.get("/")
    for name in [name for name, kept in client.cookies.items() if not kept.value]:
        del client.cookies[name]  # as a browser does with what the answer deleted
    second = client.get("/")

    assert 'class="toast"' in first.content.decode()
    assert 'class="toast"' not in second.content.decode()
    assert not second.cookies
