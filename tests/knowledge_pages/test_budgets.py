"""What these pages cost: queries under their ceilings, the same with 3 rows and with 30; bytes under UI's budgets."""

import gzip
from functools import partial

import pytest
from django.core.cache import cache
from django.test import Client

from community.knowledge.services import Reader, helpful_say
from tests.factories.forums import TopicFactory
from tests.factories.knowledge import ArticleFactory, BlogPostFactory, SectionFactory
from tests.factories.members import MemberFactory, ProductManagerFactory
from tests.forums_pages.conftest import signed_in, text_of
from tests.forums_pages.test_budgets import BUDGETS, HTML_KB, queries_of
from tests.knowledge_pages.conftest import path_of

pytestmark = pytest.mark.django_db
PAGES = ("help", "help_feed", "help_section", "article", "blog", "blog_post")


def addresses(rows: int) -> dict[str, str]:
    """Make a help centre with `rows` of everything; return an address for each page."""
    sections = [SectionFactory() for _ in range(rows)]
    link = "<p>See <a linktype='page' id='{}'>this</a>.</p>"
    first = ArticleFactory(parent=sections[0])
    many = [("heading", {"text": f"Part {number}", "level": "2"}) for number in range(rows)]
    article = ArticleFactory(parent=sections[0], body=[*many, *[("text", link.format(first.pk))] * rows])
    for _ in range(rows):
        ArticleFactory(parent=sections[0])
        TopicFactory(body=f"About [this]({path_of(article)}) one.")
        helpful_say(article=article, reader=Reader(viewer=MemberFactory()), helped=True)
    posts = [BlogPostFactory() for _ in range(rows)]
    return {
        "help": "/help/",
        "help_feed": "/help/feed/",
        "help_section": f"/help/{sections[0].slug}/",
        "article": path_of(article),
        "blog": "/blog/",
        "blog_post": path_of(posts[0]),
    }


def test_pages_stay_within_their_queries_however_much_they_show() -> None:
    few, many = (_costs(rows) for rows in (3, 20))

    for page in PAGES:
        for who, ceiling in BUDGETS[page].items():
            assert len(many[page, who]) <= ceiling, (page, who, many[page, who])
            assert len(few[page, who]) == len(many[page, who]), (page, who)


def _costs(rows: int) -> dict[tuple[str, str], list[str]]:
    cache.clear()
    clients = {"visitor": Client(), "member": signed_in(MemberFactory()), "staff": signed_in(ProductManagerFactory())}
    found = addresses(rows)
    return {(page, who): queries_of(partial(clients[who].get, found[page])) for page in PAGES for who in BUDGETS[page]}


def test_a_visitors_page_stays_within_its_bytes() -> None:
    for path in addresses(20).values():
        html = text_of(Client().get(path))
        assert len(gzip.compress(html.encode(), 9)) <= HTML_KB * 1_000, path
