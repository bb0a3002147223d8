"""Theme and language: by plain forms, without a token, without a script."""

import pytest
from django.test import Client

from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def first_bytes(page: bytes) -> str:
    return page[:80].decode()


def test_a_visitors_theme_is_kept_in_a_cookie_and_stands_in_the_first_bytes(client: Client) -> None:
    answer = client.post("/choose/theme/", {"theme": "dark", "next": "/es/"})

    assert answer.status_code == 302
    assert answer["Location"] == "/es/"
    assert answer.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in first_bytes(client.get("/").content)


def test_system_theme_forgets_the_cookie(client: Client) -> None:
    client.post("/choose/theme/", {"theme": "dark", "next": "/"})
    client.post("/choose/theme/", {"theme": "system", "next": "/"})

    assert "data-theme" not in first_bytes(client.get("/").content)


def test_a_members_theme_is_kept_in_the_account(client: Client) -> None:
    member = MemberFactory()
    client.force_login(member)

    answer = client.post("/choose/theme/", {"theme": "light", "next": "/"})

    member.refresh_from_db()
    assert member.theme == "light"
    assert "theme" not in answer.cookies
    assert 'data-theme="light"' in first_bytes(client.get("/").content)


def test_an_unknown_theme_changes_nothing(client: Client) -> None:
    answer = client.post("/choose/theme/", {"theme": "neon", "next": "/"})

    assert answer.status_code == 302
    assert not answer.cookies


def test_the_language_switch_keeps_the_page(client: Client) -> None:
    answer = client.post("/choose/language/", {"language": "es", "next": "/accounts/login/?next=/x/"})

    assert answer["Location"] == "/es/accounts/login/?next=/x/"


def test_the_language_switch_goes_back_too(client: Client) -> None:
    answer = client.post("/choose/language/", {"language": "en", "next": "/es/accounts/login/"})

    assert answer["Location"] == "/accounts/login/"


def test_a_members_language_is_kept_in_the_account(client: Client) -> None:
    member = MemberFactory()
    client.force_login(member)

    client.post("/choose/language/", {"language": "es", "next": "/"})

    member.refresh_from_db()
    assert member.language == "es"


@pytest.mark.parametrize("path", ["/choose/theme/", "/choose/language/"])
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_way_back_never_leaves_the_site(client: Client, path: str, target: str) -> None:
    answer = client.post(path, {"theme": "dark", "language": "en", "next": target})

    assert answer["Location"] == "/"


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_of_another_site_is_refused(client: Client, headers: dict[str, str]) -> None:
    answer = client.post("/choose/theme/", {"theme": "dark", "next": "/"}, headers=headers)

    assert answer.status_code == 403
    assert not answer.cookies


def test_pages_name_their_language_and_the_others(client: Client) -> None:
    english = client.get("/?filter=x").content.decode()
    spanish = client.get("/es/?filter=x").content.decode()

    assert '<html lang="en"' in english
    assert '<html lang="es"' in spanish
    for page in (english, spanish):
        assert 'hreflang="en" href="http://testserver/?filter=x"' in page
        assert 'hreflang="es" href="http://testserver/es/?filter=x"' in page
