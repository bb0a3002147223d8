"""Articles for programs."""

from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext_noop
from ninja import Field, Path, Query

from community.api.operations import Cut, Id, Language, Listed, Name, Operations, Scope, listed
from community.knowledge.selectors.records import ArticleRecord, ArticleText, article_record, article_records

router = Operations(gettext_noop("Articles"))
READ = Scope("articles:read", visitors=True)


class ArticleQuery(Cut):
    """What narrows a list of articles."""

    section: Name = Field("", description=gettext_noop("Slug of a section."))
    language: Language = Field("", description=gettext_noop("Language of the text."))


@router.get("/articles", auth=READ, response=Listed[ArticleRecord], summary=gettext_noop("List articles"))
def article_list(request: Any, response: HttpResponse, query: Annotated[ArticleQuery, Query(...)]) -> Any:
    """Return a page of articles, the newest first. Queries: 8."""
    rows, following = article_records(
        site=request.site,
        viewer=request.user,
        language=query.language,
        section=query.section,
        size=query.limit,
        after=query.cursor,
    )
    return listed(request, response, rows, following)


@router.get("/articles/{article_id}", auth=READ, response=ArticleText, summary=gettext_noop("Get an article"))
def article_get(request: Any, article_id: Annotated[Id, Path(...)]) -> Any:
    """Return an article with its words. Raises: Http404. Queries: 7."""
    return article_record(article_id, site=request.site, viewer=request.user)
