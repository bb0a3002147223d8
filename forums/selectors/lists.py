"""Lists of topics: a category, or all of a site; tabs and filters stand in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404
from wagtail.models import Site

from community.core.db.prepared import MOST, Prepared, PreparedObjects
from community.core.paging import Page, keyset_page
from community.core.permissions import allowed
from forums.audience import sees
from forums.models import Category, Topic
from forums.querysets import TopicQuerySet
from forums.selectors.rows import TopicRow, category_url, new_for, topic_rows, unread_of, with_viewer
from forums.states import Kind, State

PAGE_SIZE = 30
COUNTED_TO = 99
"""Figures on tabs are counted up to here; one more means "more than"."""
TABS = ("latest", "new", "unread", "unanswered", "top")
_MEMBERS_ONLY = {"unread"}


@dataclass(frozen=True, kw_only=True)
class TopicFilter:
    """What a list shows. Made from an address by `topic_filter`; empty values filter nothing."""

    tab: str = "latest"
    state: str = ""
    tag: str = ""
    language: str = ""
    mine: bool = False
    """Only topics the viewer started."""

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the tab narrows the list."""
        return bool(self.state or self.tag or self.language or self.mine)


@dataclass(frozen=True, kw_only=True)
class CategoryCard:
    """A category in a list of categories."""

    id: int
    slug: str
    name: str
    description: str
    url: str
    kind: str
    language: str
    audience: str
    topic_count: int
    fresh: int = 0
    """Topics the viewer has not opened yet, up to COUNTED_TO + 1; 0 where nobody asked."""


@dataclass(frozen=True, kw_only=True)
class TopicListPage:
    """A page of topics of a category, or (category None) of the site."""

    category: CategoryCard | None
    kind: str
    """Of the category; `question` for all."""
    filter: TopicFilter
    rows: list[TopicRow]
    newer: str
    """Value of `before` for the page before; empty on the first."""
    older: str
    """Value of `after` for the next page; empty on the last."""
    tabs: tuple[str, ...]
    """Tabs that make sense for this viewer and category, in order."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Topics under the tabs `new`, `unread` and `unanswered`, up to COUNTED_TO + 1."""
    categories: list[CategoryCard] = field(default_factory=list)
    """All categories the viewer may see, in order."""
    languages: tuple[str, ...] = ()
    """Languages worth filtering by."""
    may_create: bool = False


def topic_filter(query: Mapping[str, str], viewer: Any) -> TopicFilter:
    """Read a filter from the query of an address; what it does not know is ignored. Queries: 0."""
    tab = query.get("tab", "latest")
    signed_in = getattr(viewer, "is_authenticated", False)
    state, language = query.get("state", ""), query.get("language", "")
    return TopicFilter(
        tab=tab if tab in TABS and (signed_in or tab not in _MEMBERS_ONLY) else "latest",
        state=state if state in State.values else "",
        tag=query.get("tag", "")[:50],
        language=language if len(language) <= 10 and language.replace("-", "").isalpha() else "",
        mine=signed_in and query.get("mine") == "1",
    )


def category_page(
    slug: str, *, site: Site, viewer: Any, query: Mapping[str, str], size: int = PAGE_SIZE
) -> TopicListPage:
    """Return a page of the category `slug`, as the query of its address says (tab, state, tag, language, mine,
    after, before). Raises: Http404 when there is none that the viewer may see. Queries: 3, members 5.
    """
    categories = categories_of(site=site, viewer=viewer)
    category = next((category for category in categories if category.slug == slug), None)
    if category is None:
        raise Http404
    return _page(category, categories, site=site, viewer=viewer, query=query, size=size)


def topic_list_page(*, site: Site, viewer: Any, query: Mapping[str, str], size: int = PAGE_SIZE) -> TopicListPage:
    """Return a page of all topics of the site the viewer may see. Queries: 3, members 5."""
    return _page(None, categories_of(site=site, viewer=viewer), site=site, viewer=viewer, query=query, size=size)


_categories_in = PreparedObjects(lambda site: Category.objects.filter(site=site), "site")


def categories_of(*, site: Site, viewer: Any) -> list[CategoryCard]:
    """Return the categories of the site the viewer may see, in order. Queries: 1."""
    return [category_card(category) for category in _categories_in(site=site.pk) if sees(viewer, category)]


def category_card(category: Category, *, fresh: int = 0) -> CategoryCard:
    """Return the card of a category. Queries: 0."""
    return CategoryCard(
        id=category.pk,
        slug=category.slug,
        name=category.name,
        description=category.description,
        url=category_url(category),
        kind=category.kind,
        language=category.language,
        audience=category.audience,
        topic_count=category.topic_count,
        fresh=fresh,
    )


def _page(
    category: CategoryCard | None,
    categories: list[CategoryCard],
    *,
    site: Site,
    viewer: Any,
    query: Mapping[str, str],
    size: int,
) -> TopicListPage:
    wanted = topic_filter(query, viewer)
    kind = category.kind if category else Kind.QUESTION.value
    ids = [category.id] if category else [one.id for one in categories]
    cursors = {"after": query.get("after", ""), "before": query.get("before", "")}
    page = topics_listed(ids, wanted, site=site, viewer=viewer, size=size, **cursors)
    return TopicListPage(
        category=category,
        kind=kind,
        filter=wanted,
        rows=topic_rows(page.rows, viewer),
        newer=page.newer,
        older=page.older,
        tabs=_tabs(viewer, kind),
        counts=_counts(site, ids, viewer, kind),
        categories=categories,
        languages=tuple(code for code, _name in settings.LANGUAGES),
        may_create=allowed("forums.topic_create", viewer, _asked(category)) if category else False,
    )


def topics_listed(
    category_ids: list[int],
    wanted: TopicFilter,
    *,
    site: Site,
    viewer: Any,
    size: int = PAGE_SIZE,
    after: str = "",
    before: str = "",
) -> Page[Topic]:
    """Return a page of the topics of these categories, which the caller knows to be open to the viewer. Queries: 1."""
    base = with_viewer(Topic.objects.listed_in(site.pk, category_ids), viewer)
    by = ("score", "id") if wanted.tab == "top" else ("bumped_at", "id")
    return keyset_page(_filtered(base, wanted, viewer, site), by=by, size=size, after=after, before=before)


def _asked(category: CategoryCard) -> Category:
    """Return enough of a category for its check."""
    return Category(pk=category.id, kind=category.kind, audience=category.audience)


def _tabs(viewer: Any, kind: str) -> tuple[str, ...]:
    signed_in = getattr(viewer, "is_authenticated", False)
    return tuple(
        tab
        for tab in TABS
        if (signed_in or tab not in _MEMBERS_ONLY) and (kind == Kind.QUESTION or tab != "unanswered")
    )


def _filtered(topics: TopicQuerySet, wanted: TopicFilter, viewer: Any, site: Site) -> TopicQuerySet:
    """Narrow the list as the tab and the filters say."""
    if wanted.tab == "new":
        topics = topics.filter(new_for(viewer))
    elif wanted.tab == "unread":
        topics = topics.filter(unread_of(viewer))
    elif wanted.tab == "unanswered":
        topics = topics.filter(_UNANSWERED)
    if wanted.state:
        topics = topics.filter(state=wanted.state)
    if wanted.language:
        topics = topics.filter(language=wanted.language)
    if wanted.mine:
        topics = topics.filter(author=viewer)
    if wanted.tag:
        topics = topics.filter(tags__site=site, tags__slug=wanted.tag)
    return topics


_UNANSWERED = Q(state=State.NEW)


def _unanswered(site: int, categories: list[int]) -> QuerySet[Topic, Any]:
    topics = Topic.objects.listed_in(site, categories).filter(_UNANSWERED)
    return topics.order_by().values_list("pk")[: COUNTED_TO + 1]


_read_unanswered = Prepared(_unanswered, "site", many="categories")


def _counts(site: Site, category_ids: list[int], viewer: Any, kind: str) -> dict[str, int]:
    """Return the figures on the tabs, each counted up to COUNTED_TO + 1. Queries: 1, members 2 more."""
    topics = Topic.objects.listed_in(site.pk, category_ids)
    counts = {}
    if kind == Kind.QUESTION:
        counts["unanswered"] = _unanswered_count(site, category_ids)
    if getattr(viewer, "is_authenticated", False):
        mine = with_viewer(topics, viewer)
        counts["new"] = _counted(mine.filter(new_for(viewer)))
        counts["unread"] = _counted(mine.filter(unread_of(viewer)))
    return counts


def _unanswered_count(site: Site, category_ids: list[int]) -> int:
    place: dict[str, Any] = {"site": site.pk, "categories": category_ids}
    return len(_read_unanswered(**place) if len(category_ids) <= MOST else _unanswered(**place))


def _counted(topics: TopicQuerySet) -> int:
    return topics.order_by().values("pk")[: COUNTED_TO + 1].count()
