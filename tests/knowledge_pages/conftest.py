"""Articles as visitors, members and colleagues meet them."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from community.knowledge.models import Article, Section
from tests.factories.knowledge import ArticleFactory, SectionFactory, home_of

FIREFOX = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/153.0"}


@pytest.fixture(autouse=True)
def _nothing_cached() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browser() -> Client:
    """Somebody who is not signed in, with a browser that says its name."""
    return Client(**FIREFOX)


@pytest.fixture
def section(db: None) -> Section:
    return SectionFactory(title="Care", slug="care")


@pytest.fixture
def article(section: Section) -> Article:
    return ArticleFactory(
        parent=section,
        title="Change the filters",
        slug="change-the-filters",
        body=[
            ("text", "<p>Dirty filters cost power.</p>"),
            ("heading", {"text": "What you need", "level": "2"}),
            ("steps", ["<p>Open it.</p>", "<p>Close it.</p>"]),
            ("heading", {"text": "What you need", "level": "2"}),
            ("code", {"code": "reset <now>", "language": ""}),
            ("callout", {"kind": "warning", "text": "<p>Never without filters.</p>"}),
        ],
    )


def translated(page: Article | Section, parent: Page, **values: object) -> Article | Section:
    """Return a translation of `page` below `parent`."""
    factory = ArticleFactory if isinstance(page, Article) else SectionFactory
    return factory(parent=parent, translation_key=page.translation_key, **values)


@pytest.fixture
def spanish(article: Article, section: Section) -> Article:
    """The article in Spanish, in its section's translation."""
    care = translated(section, home_of("es"), title="Cuidado", slug="cuidado")
    return translated(article, care, title="Cambia los filtros", slug="cambia-los-filtros")


def path_of(page: Article) -> str:
    """Return where the page is, in its own language."""
    return page.path_in(page.locale.language_code)


def closed(page: Page, restriction: str = PageViewRestriction.LOGIN) -> None:
    """Let only members read a page and what is below it."""
    PageViewRestriction.objects.create(page=page, restriction_type=restriction)
