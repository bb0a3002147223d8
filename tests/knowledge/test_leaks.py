"""What is not published, or for others, leaves by no path: pages, search, subjects, feeds, other tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.test import Client
from wagtail.models import PageViewRestriction

from community.knowledge.models import Article
from community.knowledge.services import pages_tell
from community.members.models import Member, MemberGroup
from search import backends
from search.backends.embedded.backend import EmbeddedBackend
from tests.factories.knowledge import ArticleFactory, BlogPostFactory, SectionFactory
from tests.factories.members import MemberFactory
from tests.leaks.test_held import reads_for, subjects, tables_with
from tests.search.driving import settle_search

pytestmark = pytest.mark.django_db
DRAFT, EDITED, BELOW, RESTRICTED = "canarydraft", "canaryedited", "canarybelow", "canaryrestricted"
UNPUBLISHED = (DRAFT, EDITED, BELOW)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[None]:
    """An index of the test's own."""
    made = EmbeddedBackend(tmp_path / "search")
    backends.use(made)
    yield
    backends.use(None)


@pytest.fixture
def told(engine: None) -> Member:
    """Pages with something to hide, all handlers and the index done with them; returns a member who may see one."""
    section = SectionFactory(slug="care")
    ArticleFactory(parent=section, slug="draft", publish=False, title=DRAFT, text=f"<p>{DRAFT}</p>")
    BlogPostFactory(publish=False, title=DRAFT, summary=DRAFT)
    edited = ArticleFactory(parent=section, slug="edited")
    edited.title, edited.summary = EDITED, EDITED
    edited.save_revision()
    closed = SectionFactory(slug="closed", title=BELOW, publish=False)
    ArticleFactory(parent=closed, slug="below", title=BELOW, text=f"<p>{BELOW}</p>")
    shared = ArticleFactory(parent=section, slug="shared", title=RESTRICTED, text=f"<p>{RESTRICTED}</p>")
    group = MemberGroup.objects.create(slug="pilots", name="Pilots")
    fence = PageViewRestriction.objects.create(page=shared.page_ptr, restriction_type="groups")
    fence.groups.add(Group.objects.create(name="pilots"))
    pages_tell(actor_id=None)
    settle_search()
    return MemberFactory(groups_joined=[group])


def pages_for(member: Member | None) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of everything a reader can open."""
    client = Client()
    if member is not None:
        client.force_login(member)
    paths = ["/", "/help/", "/es/help/", "/blog/", "/blog/feed/", "/help/care/", "/help/closed/"]
    paths += [article.path_in(language) for article in Article.objects.all() for language in ("en", "es")]
    paths += [f"/search/?q={word}" for word in (*UNPUBLISHED, RESTRICTED)]
    for path in paths:
        text = client.get(path, follow=True).content.decode()
        yield path, text.replace(f"q={path.rpartition('=')[2]}", "").replace(f'value="{path.rpartition("=")[2]}"', "")


@pytest.mark.parametrize("role", ["visitor", "customer", "support_agent", "administrator"])
def test_no_page_search_or_feed_shows_what_is_not_published(role: str, told: Member) -> None:
    member = None if role == "visitor" else MemberFactory(roles=[] if role == "customer" else [role])

    shown = dict(pages_for(member))

    for word in UNPUBLISHED:
        assert [path for path, text in shown.items() if word in text and not path.startswith("/search/")] == []
        assert f"{word}</" not in shown[f"/search/?q={word}"].replace(f"<q>{word}</q>", "")


@pytest.mark.parametrize("word", [*UNPUBLISHED, RESTRICTED])
def test_no_subject_reads_it_to_strangers(word: str, told: Member) -> None:
    for viewer in (AnonymousUser(), MemberFactory(), MemberFactory(roles=["support_agent"])):
        for kind in ("knowledge.article", "knowledge.blogpost", "knowledge.section"):
            assert not [line for line in reads_for(subjects[kind], viewer) if word in line]


@pytest.mark.parametrize("word", UNPUBLISHED)
def test_no_table_but_its_own_holds_it(word: str, told: Member) -> None:
    assert tables_with(word) <= {"knowledge.Article", "knowledge.BlogPost", "knowledge.Section"}


def test_an_article_for_a_group_is_found_and_read_by_its_members_alone(told: Member) -> None:
    shared = Article.objects.get(slug="shared")

    for member, seen in ((told, True), (MemberFactory(), False), (None, False)):
        shown = dict(pages_for(member))
        assert (RESTRICTED in shown[shared.path_in("en")]) is seen
        assert (shared.path_in("en") in shown[f"/search/?q={RESTRICTED}"]) is seen
