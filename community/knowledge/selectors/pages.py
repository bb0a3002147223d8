"""What the pages of the knowledge base and the blog show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.db.models.functions import Substr
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.models import Site

from community.core.audience import MEMBERS, may_see
from community.core.paging import Page, keyset_page
from community.knowledge.audience import Fence, audience_at, fences
from community.knowledge.models import Article, BlogIndex, BlogPost, HelpfulCount, HelpfulVote, KnowledgeHome, Section
from community.knowledge.reading import Reading, reading_of
from community.knowledge.selectors.homes import SECTION_PATH_LENGTH
from community.knowledge.selectors.reads import (
    read_article,
    read_helpful,
    read_homes,
    read_places,
    read_publications,
    read_section,
)
from community.members.audience import tokens_of

FOLLOWING_SHOWN = 5
FOLLOWING_LOOKED_AT = 50
NEWS_SHOWN = 3
RECENT_SHOWN = 4
REVISED_AFTER = timedelta(days=1)
"""Changes of the first day are part of publishing."""
BLOG_PAGE_SIZE = 20
FEED_SIZE = 20


class MembersOnly(Exception):
    """What a visitor asked for is there, and every member may read it."""


@dataclass(frozen=True, kw_only=True)
class PageLink:
    """Another page of ours."""

    title: str
    url: str
    summary: str = ""
    at: datetime | None = None
    revised_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ArticleLine:
    """An article that is new or was revised."""

    title: str
    url: str
    at: datetime
    is_revised: bool


@dataclass(frozen=True, kw_only=True)
class SectionRow:
    """A section in the list of sections."""

    title: str
    url: str
    summary: str
    articles: int
    """Those the viewer may read."""


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """The help centre of one site in one language."""

    title: str
    introduction: str
    sections: list[SectionRow]
    news: list[PageLink]
    """The latest of the blog."""


@dataclass(frozen=True, kw_only=True)
class SectionPage:
    """A section with its articles, in the order of the CMS."""

    title: str
    summary: str
    url: str
    language: str
    articles: list[PageLink]
    alternates: dict[str, str]
    """Paths by language, its own among them."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What articles and posts of the blog have in common."""

    id: int
    title: str
    url: str
    summary: str
    language: str
    lang: str
    """The language again when it is not that of the page around it, else empty."""
    reading: Reading
    published_at: datetime | None
    revised_at: datetime | None
    alternates: dict[str, str]
    """Paths by language, its own among them."""


@dataclass(frozen=True, kw_only=True)
class ArticlePage(Written):
    """An article."""

    section: PageLink
    version: int
    """How often it was published."""
    reviewed_on: date | None
    review_by: date | None
    applies_to: str
    source_topic_id: int | None
    following: list[PageLink]
    """Others of its section."""
    yes: int
    no: int
    """What readers said of this version."""
    said: bool | None
    """What the viewer said of it; None for nothing, and for visitors."""
    article: Article

    @property
    def votes(self) -> int:
        """How many readers said anything."""
        return self.yes + self.no


@dataclass(frozen=True, kw_only=True)
class BlogPage:
    """Some posts of the blog, newest first."""

    title: str
    introduction: str
    posts: list[PageLink]
    newer: str
    older: str


def home_page(*, site: Site, viewer: Any) -> HomePage:
    """Return the help centre in the page's language; an empty one where none is made yet. Queries: 9."""
    home = _home_of(KnowledgeHome, site)
    if home is None:
        return HomePage(title="", introduction="", sections=[], news=[])
    branches = fences()
    articles = Article.objects.visible_to(viewer, branches).filter(path__startswith=home.path).order_by()
    counted = articles.annotate(section=Substr("path", 1, SECTION_PATH_LENGTH)).values_list("section")
    counts = dict(counted.annotate(count=Count("pk")))
    sections = Section.objects.visible_to(viewer, branches).filter(path__startswith=home.path).order_by("path")
    return HomePage(
        title=home.title,
        introduction=home.introduction,
        sections=[
            SectionRow(
                title=section.title, url=_url(section), summary=section.summary, articles=counts.get(section.path, 0)
            )
            for section in sections
        ],
        news=_posts(site, viewer, branches, size=NEWS_SHOWN)[1].rows,
    )


def articles_recent(*, site: Site, viewer: Any, size: int = RECENT_SHOWN) -> list[ArticleLine]:
    """Return the articles in the page's language that were published or revised last. Queries: 3; 1 without any."""
    return [
        ArticleLine(
            title=article.title,
            url=_url(article),
            at=article.last_published_at,
            is_revised=article.last_published_at - article.first_published_at > REVISED_AFTER,
        )
        for article in _latest(site, viewer, size)
    ]


def articles_feed(*, site: Site) -> list[PageLink]:
    """Return the articles that were published or revised last and every visitor may read. Queries: as above."""
    return [_link(article) for article in _latest(site, AnonymousUser(), FEED_SIZE)]


def section_page(slug: str, *, site: Site, viewer: Any) -> SectionPage:
    """Return the section of that name, in the page's language if there is one. Raises: Http404, MembersOnly.

    Queries: 8.
    """
    homes = KnowledgeHome.objects.filter(site=site, live=True).values_list("path", flat=True)
    named = Section.objects.filter(slug=slug, live=True).select_related("locale")
    found = [section for home in homes for section in named.filter(path__startswith=home)]
    branches = fences()
    section = _seen(
        min(found, key=lambda one: one.locale.language_code != get_language(), default=None), viewer, branches
    )
    articles = Article.objects.visible_to(viewer, branches).filter(path__startswith=section.path).order_by("path")
    return SectionPage(
        title=section.title,
        summary=section.summary,
        url=_url(section),
        language=section.locale.language_code,
        articles=[_link(article) for article in articles.defer("body")],
        alternates=_alternates(section, viewer, branches),
    )


def article_page(article_id: int, *, site: Site, viewer: Any) -> ArticlePage:
    """Return an article as `viewer` reads it. Raises: Http404, MembersOnly.

    Queries: 11, members 12; those of its links and pictures while its body is not kept.
    """
    branches = fences()
    article = article_of(article_id, site=site, viewer=viewer, branches=branches)
    revision_id = article.live_revision_id or 0
    [count] = read_helpful(article=article.pk, revision=revision_id) or [HelpfulCount(revision_id=revision_id)]
    [section] = read_section(path=article.path[:SECTION_PATH_LENGTH])
    published = read_publications(article=article.pk)
    return ArticlePage(
        **_written(article, viewer, branches),
        section=_link(section),
        version=published[0][0] if published else 1,
        reviewed_on=article.reviewed_on,
        review_by=article.review_by,
        applies_to=article.applies_to,
        source_topic_id=article.source_topic_id,
        following=_following(article, viewer, branches),
        yes=count.yes,
        no=count.no,
        said=helpful_said_of(article, viewer),
        article=article,
    )


def article_of(article_id: int, *, site: Site, viewer: Any, branches: Sequence[Fence] | None = None) -> Article:
    """Return a published article of the site that `viewer` may read. Raises: Http404, MembersOnly.

    Queries: 6; 2 with `branches`.
    """
    article: Article = _of_site(next(iter(read_article(pk=article_id)), None), KnowledgeHome, site)
    return _seen(article, viewer, fences() if branches is None else branches)


def helpful_said_of(article: Article, viewer: Any) -> bool | None:
    """Return what a member said of the published version; None for nothing. Queries: 1, for visitors 0."""
    if not viewer.is_authenticated:
        return None
    said = HelpfulVote.objects.filter(article=article, revision_id=article.live_revision_id or 0, member=viewer)
    helped: bool | None = said.values_list("helped", flat=True).first()
    return helped


def blog_page(*, site: Site, viewer: Any, after: str = "", before: str = "") -> BlogPage:
    """Return posts of the blog in the page's language, an empty one where none is made yet. Queries: 6."""
    blog, page = _posts(site, viewer, fences(), size=BLOG_PAGE_SIZE, after=after, before=before)
    return BlogPage(
        title=blog.title if blog else "",
        introduction=blog.introduction if blog else "",
        posts=page.rows,
        newer=page.newer,
        older=page.older,
    )


def blog_post_page(post_id: int, *, site: Site, viewer: Any) -> Written:
    """Return a post of the blog. Raises: Http404, MembersOnly. Queries: 7 while its body is kept."""
    branches = fences()
    posts = BlogPost.objects.filter(pk=post_id, live=True).select_related("locale")
    post = _seen(_of_site(posts.first(), BlogIndex, site), viewer, branches)
    return Written(**_written(post, viewer, branches))


def _home_of(model: type[KnowledgeHome | BlogIndex], site: Site) -> Any:
    """Return the published home in the page's language; None where none is made yet. Queries: 1."""
    return next(iter(read_homes[model](site=site.pk, language=get_language())), None)


def _latest(site: Site, viewer: Any, size: int) -> list[Article]:
    """Return articles in the page's language, what was published or revised last first. Queries: 6; 1 without any."""
    home = _home_of(KnowledgeHome, site)
    if home is None:
        return []
    articles = Article.objects.visible_to(viewer, fences()).filter(path__startswith=home.path)
    shown = articles.filter(last_published_at__isnull=False).order_by("-last_published_at", "-pk").defer("body")
    return list(shown[:size])


def _posts(
    site: Site, viewer: Any, branches: Sequence[Fence], *, size: int, after: str = "", before: str = ""
) -> tuple[BlogIndex | None, Page[Any]]:
    """Return the blog in the page's language and some links to its posts, newest first. Queries: 2."""
    blog: BlogIndex | None = _home_of(BlogIndex, site)
    if blog is None:
        return None, Page(rows=[])
    posts = BlogPost.objects.visible_to(viewer, branches).filter(path__startswith=blog.path)
    shown = posts.filter(first_published_at__isnull=False).defer("body")
    page = keyset_page(shown, by=("first_published_at", "id"), size=size, after=after, before=before)
    return blog, replace(page, rows=[_link(post) for post in page.rows])


def _seen(page: Any, viewer: Any, branches: Sequence[Fence]) -> Any:
    """Return the published page if `viewer` may see it. Raises: Http404; MembersOnly for a visitor. Queries: 0."""
    if page is None:
        raise Http404
    tokens = audience_at(page.path, branches)
    if may_see(tokens, tokens_of(viewer)):
        return page
    if MEMBERS in tokens and not viewer.is_authenticated:
        raise MembersOnly
    raise Http404


def _of_site(page: Any, model: type[KnowledgeHome | BlogIndex], site: Site) -> Any:
    """Return the page if it belongs to `site`. Raises: Http404. Queries: 1."""
    if page is None or not read_places[model](site=site.pk, path=page.home_path):
        raise Http404
    return page


def _written(page: Article | BlogPost, viewer: Any, branches: Sequence[Fence]) -> dict[str, Any]:
    language = page.locale.language_code
    return {
        "id": page.pk,
        "title": page.title,
        "url": _url(page),
        "summary": page.summary,
        "language": language,
        "lang": language if language != get_language() else "",
        "reading": reading_of(page),
        "published_at": page.first_published_at,
        "revised_at": page.last_published_at,
        "alternates": _alternates(page, viewer, branches),
    }


def _alternates(page: Any, viewer: Any, branches: Sequence[Fence]) -> dict[str, str]:
    """Return where the page is in each language the viewer can read it in. Queries: 1."""
    others = type(page).objects.visible_to(viewer, branches).filter(translation_key=page.translation_key)
    linked = [page, *others.exclude(pk=page.pk).select_related("locale")]
    return {one.locale.language_code: one.path_in(one.locale.language_code) for one in linked}


def _following(article: Article, viewer: Any, branches: Sequence[Fence]) -> list[PageLink]:
    """Return others of the section, those after this one first. Queries: 1."""
    others = Article.objects.visible_to(viewer, branches).filter(path__startswith=article.path[:SECTION_PATH_LENGTH])
    found = (
        others.exclude(pk=article.pk)
        .order_by("path")
        .only("path", "slug", "title", "summary", "first_published_at", "last_published_at")
    )
    ordered = sorted(found[:FOLLOWING_LOOKED_AT], key=lambda other: (other.path < article.path, other.path))
    return [_link(other) for other in ordered[:FOLLOWING_SHOWN]]


def _link(page: Any) -> PageLink:
    return PageLink(
        title=page.title,
        url=_url(page),
        summary=page.summary,
        at=page.first_published_at,
        revised_at=page.last_published_at,
    )


def _url(page: Any) -> str:
    """Return where a page is, with the prefix of the page's language. Queries: 0."""
    return reverse(page.address, args=page.address_args)
