"""The queries of an article's page that are made once."""

from typing import Any

from django.db.models import Count, QuerySet
from wagtail.models import PageLogEntry

from community.core.db.prepared import Prepared, PreparedObjects
from community.knowledge.models import Article, BlogIndex, HelpfulCount, KnowledgeHome, Section


def _publications(article: int) -> QuerySet[PageLogEntry, Any]:
    published = PageLogEntry.objects.filter(page=article, action="wagtail.publish").order_by()
    return published.values("action").annotate(count=Count("pk")).values_list("count")


read_article = PreparedObjects(lambda pk: Article.objects.filter(pk=pk, live=True).select_related("locale"), "pk")
read_section = PreparedObjects(lambda path: Section.objects.filter(path=path), word="path")
read_helpful = PreparedObjects(
    lambda article, revision: HelpfulCount.objects.filter(article_id=article, revision_id=revision),
    *("article", "revision"),
)
read_publications = Prepared(_publications, "article")


def _home_in(model: type[KnowledgeHome | BlogIndex]) -> PreparedObjects:
    return PreparedObjects(
        lambda site, language: model.objects.filter(site=site, locale__language_code=language, live=True).order_by(
            "pk"
        )[:1],
        "site",
        word="language",
    )


read_homes = {model: _home_in(model) for model in (KnowledgeHome, BlogIndex)}


def _place(model: type[KnowledgeHome | BlogIndex]) -> Prepared:
    return Prepared(
        lambda site, path: model.objects.filter(path=path, site=site).values_list("pk"), "site", word="path"
    )


read_places = {model: _place(model) for model in (KnowledgeHome, BlogIndex)}
