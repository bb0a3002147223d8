"""Searching for programs."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Schema

from community.api.operations import MOST_ROWS, Operations, Scope, Text, next_say
from community.core.limits import hit, who
from community.core.problems import problem_response
from search.parsing import MAX_LENGTH
from search.port import SORTS, Unavailable
from search.rates import SEARCH_RATE
from search.selectors_records import FoundRecords, found_records
from search.words import TYPES

router = Operations(gettext_noop("Search"))
PAGE_SIZE = 20


class SearchQuery(Schema):
    """What is asked for."""

    q: Text = Field(
        max_length=MAX_LENGTH, pattern=r"\S", description=gettext_noop("Words, with the operators of the search page.")
    )
    type: Literal["", *TYPES] = Field("", description=gettext_noop("Only this type of thing."))  # type: ignore[valid-type]
    sort: Literal[*SORTS] = Field(SORTS[0], description=gettext_noop("Best, newest or most voted first."))  # type: ignore[valid-type]
    limit: int = Field(PAGE_SIZE, ge=1, le=MOST_ROWS, description=gettext_noop("Rows in one answer."))
    cursor: str = Field(
        "", max_length=12_000, pattern=r"^[-\w]*$", description=gettext_noop("`next` of the answer before.")
    )


@router.get(
    "/search",
    auth=Scope("search:read", visitors=True),
    response=FoundRecords,
    summary=gettext_noop("Search everything the caller may see"),
)
def search_list(request: Any, response: HttpResponse, query: Annotated[SearchQuery, Query(...)]) -> Any:
    """Return a page of results. Raises: TooMany. Queries: those of `found_records`."""
    hit(f"search.results:{who(request)}", SEARCH_RATE)
    try:
        found = found_records(
            query.q,
            site=request.site,
            viewer=request.user,
            language=get_language() or "en",
            types=(query.type,) if query.type else (),
            sort=query.sort,
            size=query.limit,
            cursor=query.cursor,
        )
    except Unavailable:
        return problem_response(request, 503, detail=_("The search does not answer at the moment."))
    next_say(request, response, found.next)
    return found
