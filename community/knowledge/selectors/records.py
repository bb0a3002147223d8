"""Articles as programs read them: one frozen dataclass a thing, which is also its schema in the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404
from wagtail.models import Site

from community.core.paging import keyset_page
from community.knowledge.models import Article, KnowledgeHome, Section
from community.knowledge.reading import reading_of
from community.knowledge.texts import plain_body


@dataclass(frozen=True, kw_only=True)
class ArticleRecord:
    """An article without its text."""

    id: int
    title: str
    summary: str
    url: str
    language: str
    section: str
    """Slug of its section."""
    published_at: datetime | None
    changed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ArticleText(ArticleRecord):
    """An article with its words."""

    text: str
    """Plain, a line for each part."""
    html: str


def article_records(
    *, site: Site, viewer: Any, language: str = "", section: str = "", size: int = 30, after: str = ""
) -> tuple[list[ArticleRecord], str]:
    """Return articles, the newest first, and the cursor of the next page (empty: none).

    Args:
        language: of the articles; empty for all.
        section: a slug; empty for all.
    Queries: 8.
    """
    articles = _articles(site, viewer)
    if language:
        articles = articles.filter(locale__language_code=language)
    if section:
        within = Q(pk=None)
        for path in Section.objects.filter(_below(site), slug=section).values_list("path", flat=True):
            within |= Q(path__startswith=path)
        articles = articles.filter(within)
    page = keyset_page(articles.defer("body"), by=("id",), size=size, after=after)
    sections = _sections(page.rows)
    return [ArticleRecord(**_article(article, sections)) for article in page.rows], page.older


def article_record(article_id: int, *, site: Site, viewer: Any) -> ArticleText:
    """Return an article with its words. Raises: Http404 when it is not there for the viewer.

    Queries: 7 and those of `reading_of`.
    """
    article = _articles(site, viewer).filter(pk=article_id).first()
    if article is None:
        raise Http404
    read: dict[str, Any] = {"text": plain_body(article.body), "html": str(reading_of(article).html)}
    return ArticleText(**_article(article, _sections([article])), **read)


def _articles(site: Site, viewer: Any) -> Any:
    return Article.objects.visible_to(viewer).filter(_below(site)).select_related("locale")


def _below(site: Site) -> Q:
    """Return what stands below the homes of a site. Queries: 1."""
    below = Q(pk=None)
    for path in KnowledgeHome.objects.filter(site=site).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return below


def _sections(articles: Sequence[Article]) -> dict[str, str]:
    """Return the slugs of the sections of articles by path. Queries: 1."""
    paths = {_section_path(article) for article in articles}
    return dict(Section.objects.filter(path__in=paths).values_list("path", "slug"))


def _section_path(article: Article) -> str:
    return str(article.path[: -article.steplen])


def _article(article: Article, sections: dict[str, str]) -> dict[str, Any]:
    language = article.locale.language_code
    return {
        "id": article.pk,
        "title": article.title,
        "summary": article.summary,
        "url": article.path_in(language),
        "language": language,
        "section": sections.get(_section_path(article), ""),
        "published_at": article.first_published_at,
        "changed_at": article.last_published_at,
    }
