"""Each list of ideas, articles and tokens has its empty state, its fault and its refusal, in both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from wagtail.models import Site

from community.knowledge.services import site_prepare
from tests.factories.knowledge import SectionFactory
from tests.factories.members import AdministratorFactory, MemberFactory

pytestmark = pytest.mark.django_db
LISTS = {
    "/ideas/": "ideas_board",
    "/ideas/?status=planned": "ideas_board",
    "/ideas/mine/": "ideas_idea",
    "/ideas/mine/?tab=voted": "ideas_vote",
    "/roadmap/": "ideas_board",
    "/staff/ideas/statuses/": "ideas_status",
    "/help/": "knowledge_section",
    "/help/care/": "knowledge_article",
    "/blog/": "knowledge_blogpost",
    "/settings/tokens/": "api_token",
    "/staff/tokens/": "api_token",
}
"""Address of each list, and the table it cannot be without."""
EMPTY = re.compile(r'<div class="empty">.*?<h[23]>[^<]{3,}</h[23]>', re.DOTALL)
FOR_MEMBERS = ("/ideas/mine/", "/settings/tokens/")
FOR_STAFF = ("/staff/ideas/statuses/", "/staff/tokens/")


@pytest.fixture(autouse=True)
def _nothing_there() -> None:
    cache.clear()
    site_prepare(Site.objects.get(is_default_site=True))


@pytest.fixture
def administrator() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(AdministratorFactory())
    return client


@pytest.mark.parametrize("language", ["", "/es"])
@pytest.mark.parametrize("path", LISTS)
def test_a_list_without_rows_says_what_will_be_there(administrator: Client, path: str, language: str) -> None:
    if path == "/help/care/":
        SectionFactory(slug="care")

    page = administrator.get((language if path != "/help/care/" else "") + path)

    assert page.status_code == 200
    assert EMPTY.search(page.content.decode())


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_cannot_be_read_is_a_fault_of_ours(administrator: Client, path: str) -> None:
    SectionFactory(slug="care")

    with connection.execute_wrapper(_without(LISTS[path])):
        page = administrator.get(path)

    assert page.status_code >= 500
    assert f'<p class="fault">{page.status_code}</p>' in page.content.decode()


def _without(table: str) -> Callable[..., Any]:
    """Have the database refuse every query to a table."""

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if f'"{table}"' in sql:
            raise OperationalError("the table is away")
        return execute(sql, params, many, context)

    return refuse


@pytest.mark.parametrize("path", FOR_MEMBERS)
def test_visitors_are_asked_to_sign_in_and_come_back(client: Client, path: str) -> None:
    page = client.get(path)

    assert page.status_code == 302
    assert page["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("path", FOR_STAFF)
def test_members_are_told_that_a_list_is_for_others(client: Client, path: str) -> None:
    client.force_login(MemberFactory())

    page = client.get(path)

    assert page.status_code == 403
    assert '<p class="fault">403</p>' in page.content.decode()


def test_the_gallery_shows_each_state_of_a_list(administrator: Client) -> None:
    page = administrator.get("/staff/gallery/").content.decode()

    assert EMPTY.search(page)
    assert 'aria-busy="true"' in page
    for code in (403, 500):
        assert f'<p class="fault">{code}</p>' in page
