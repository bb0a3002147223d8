"""Which site a page belongs to, and which section."""

from collections.abc import Iterable, Sequence

from community.knowledge.models import Article, BlogIndex, KnowledgeHome, Section
from community.knowledge.models.pages import KnowledgePage


def site_ids(pages: Sequence[KnowledgePage]) -> dict[int, int | None]:
    """Return the site of each page. Queries: 2, whatever the number of pages."""
    homes: dict[str, int | None] = {}
    paths = {page.home_path for page in pages}
    for model in (KnowledgeHome, BlogIndex):
        homes.update(model.objects.filter(path__in=paths).values_list("path", "site_id"))
    return {page.pk: homes.get(page.home_path) for page in pages}


def section_ids(articles: Iterable[Article]) -> dict[int, int]:
    """Return the section of each article. Queries: 1."""
    above = {article.pk: article.path[: -article.steplen] for article in articles}
    sections = dict(Section.objects.filter(path__in=set(above.values())).values_list("path", "pk"))
    return {pk: sections[path] for pk, path in above.items() if path in sections}
