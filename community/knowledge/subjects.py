"""How strangers meet sections, articles and posts of the blog. Of what is not published they meet nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from django.conf import settings

from community.activity.subjects import Card, SearchDocument, Subject
from community.knowledge.audience import audiences
from community.knowledge.models import Article, BlogPost, Section
from community.knowledge.selectors.homes import article_ids, section_ids, site_ids
from community.knowledge.texts import beginning, plain_body

_ADDRESS = re.compile(rf"""href="(?:{re.escape(settings.PUBLIC_URL)})?/(?:[a-z]{{2}}/)?help/a/([0-9]{{1,18}})/""")
"""A link to an article in HTML of our cooker."""

P = TypeVar("P", Article, BlogPost, Section)
W = TypeVar("W", Article, BlogPost)


class _PageSubject(Subject, Generic[P]):
    """What the kinds have in common."""

    model: type[P]

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per published page. Queries: 3."""
        pages = list(self._pages(ids))
        sites = site_ids(pages)
        return {
            page.pk: Card(
                title=page.title,
                url=page.path_in(settings.LANGUAGE_CODE),
                excerpt=page.summary or self._beginning(page),
                author_id=page.owner_id,
                at=page.last_published_at,
                site_id=sites.get(page.pk),
            )
            for page in pages
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return the tokens per page, none for those that are not published. Queries: 5."""
        return audiences(self.model.objects.filter(pk__in=set(ids)).only("path", "live"))

    def shown(self, ids: Iterable[int]) -> set[int]:
        """Return the pages that anybody sees. Queries: 5."""
        return {pk for pk, tokens in self.audience(ids).items() if tokens}

    def _beginning(self, page: P) -> str:
        return ""

    def _pages(self, ids: Iterable[int]) -> Iterable[P]:
        pages: Iterable[P] = self.model.objects.filter(pk__in=set(ids), live=True).select_related("locale")
        return pages


class SectionSubject(_PageSubject[Section]):
    """`knowledge.section`: where articles stand."""

    kind = "knowledge.section"
    model = Section

    def search_dependents(self, ids: Iterable[int]) -> dict[str, list[int]]:
        """Return the articles inside: who may read it may find them, and they are narrowed by it. Queries: 1."""
        return {ArticleSubject.kind: article_ids(ids)}


class _WrittenSubject(_PageSubject[W]):
    """What can be found."""

    type: str

    def search_documents(self, ids: Iterable[int], *, texts: bool = True) -> dict[int, SearchDocument]:
        """Return title, summary and words of each page that anybody sees. Queries: 8."""
        pages = list(self._pages(ids))
        sites, tokens, categories = site_ids(pages), audiences(pages), self._categories(pages)
        return {
            page.pk: SearchDocument(
                kind=self.kind,
                id=page.pk,
                language=page.locale.language_code,
                title=page.title,
                body="\n".join(text for text in (page.summary, plain_body(page.body)) if text) if texts else "",
                audience=tokens[page.pk],
                type=self.type,
                site_id=sites.get(page.pk),
                author_id=page.owner_id,
                category=categories.get(page.pk, ""),
                at=page.last_published_at,
                signals={"recency": page.last_published_at.timestamp()} if page.last_published_at else {},
            )
            for page in pages
            if tokens[page.pk]
        }

    def search_ids(self, *, after: int, limit: int) -> list[int]:
        """Return ids of published pages. Queries: 1."""
        pages = self.model.objects.filter(pk__gt=after, live=True).order_by("pk")
        return list(pages.values_list("pk", flat=True)[:limit])

    def _beginning(self, page: W) -> str:
        return beginning(page.body)

    def _categories(self, pages: Sequence[W]) -> Mapping[int, str]:
        return {}


class ArticleSubject(_WrittenSubject[Article]):
    """`knowledge.article`."""

    kind = "knowledge.article"
    model = Article
    type = "article"

    def linked(self, html: str) -> set[int]:
        """Return the articles that cooked HTML leads to, by whatever address of ours. Queries: 0."""
        return {int(found) for found in _ADDRESS.findall(html)}

    def _categories(self, pages: Sequence[Article]) -> Mapping[int, str]:
        return {pk: f"{SectionSubject.kind}:{section_id}" for pk, section_id in section_ids(pages).items()}


class BlogPostSubject(_WrittenSubject[BlogPost]):
    """`knowledge.blogpost`."""

    kind = "knowledge.blogpost"
    model = BlogPost
    type = "blog"
