"""Which site a page belongs to, and which section."""

from collections.abc import Iterable, Sequence

from django.db.models.functions import Substr

from community.knowledge.models import Article, BlogIndex, KnowledgeHome, Section
from community.knowledge.models.pages import HOME_PATH_LENGTH, KnowledgePage

SECTION_PATH_LENGTH = HOME_PATH_LENGTH + Section.steplen


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


def article_ids(section_ids: Iterable[int]) -> list[int]:
    """Return the articles below these sections, published or not. Queries: 1."""
    paths = Section.objects.filter(pk__in=set(section_ids)).values("path")
    below = Article.objects.annotate(above=Substr("path", 1, SECTION_PATH_LENGTH)).filter(above__in=paths)
    return list(below.order_by("pk").values_list("pk", flat=True))
