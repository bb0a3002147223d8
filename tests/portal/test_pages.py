"""The home page and the index of the staff pages."""

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from community.branding.models import BrandSettings
from community.knowledge.models import Section
from ideas.models import Board
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.ideas import BoardFactory, IdeaFactory
from tests.factories.knowledge import ArticleFactory, SectionFactory
from tests.factories.members import MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db
BUDGET = tomllib.loads((Path(__file__).parent.parent / "budgets.toml").read_text())["home"]


@pytest.fixture(autouse=True)
def _nothing_cached() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_an_empty_community_invites_the_first_question(client: Client) -> None:
    page = client.get("/").content.decode()

    assert "Nobody has asked yet" in page
    assert "Waiting for an answer" not in page
    assert "Most helpful" not in page


def test_the_home_page_speaks_the_brands_words(client: Client) -> None:
    BrandSettings.objects.create(
        site=Site.objects.get(is_default_site=True), tagline="Ask the riders", introduction="Nine thousand of them."
    )

    page = client.get("/").content.decode()

    assert "<h1>Ask the riders</h1>" in page
    assert "Nine thousand of them." in page


def test_a_visitor_sees_the_latest_and_what_waits(client: Client) -> None:
    waiting = TopicFactory(title="Why does it hum at night?")
    answered = TopicFactory(title="Where is the reset button?")
    PostFactory(topic=answered)

    page = client.get("/").content.decode()

    unanswered = page.partition('id="waiting"')[2].partition("</section>")[0]
    assert waiting.title in page
    assert answered.title in page
    assert waiting.title in unanswered
    assert answered.title not in unanswered
    assert "Since your last visit" not in page


def test_a_member_sees_what_is_new_since_the_last_visit(client: Client) -> None:
    member = MemberFactory()
    TopicFactory(title="Why does it hum at night?")
    client.force_login(member)

    page = client.get("/").content.decode()

    assert "Since your last visit" in page


def test_what_a_visitor_may_not_see_is_not_on_the_home_page(client: Client) -> None:
    hidden = TopicFactory(
        category=CategoryFactory(audience="members", name="Installers only"), title="Internal torque?"
    )

    page = client.get("/").content.decode()

    assert hidden.title not in page
    assert "Installers only" not in page


def test_dates_and_numbers_of_the_home_page_follow_the_language(client: Client) -> None:
    TopicFactory(occurred_at=timezone.now() - timedelta(hours=3))

    page = client.get("/es/").content.decode()

    assert '<html lang="es"' in page
    assert "3\xa0horas" in page


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_the_home_page_costs_the_same_with_3_and_30_of_everything(
    client: Client, django_assert_max_num_queries, who: str
) -> None:
    if who == "member":
        client.force_login(MemberFactory())
    board, section = BoardFactory(), SectionFactory()
    more_of_everything(board, section, 3)
    few = queries_of_home(client, django_assert_max_num_queries, who)
    more_of_everything(board, section, 27)
    cache.clear()

    assert queries_of_home(client, django_assert_max_num_queries, who) == few


def more_of_everything(board: Board, section: Section, count: int) -> None:
    TopicFactory.create_batch(count)
    IdeaFactory.create_batch(count, board=board)
    for _ in range(count):
        ArticleFactory(parent=section)


def queries_of_home(client: Client, django_assert_max_num_queries, who: str) -> int:
    """Return what the home page costs once its figures are cached; more than the budget fails."""
    client.get("/")
    with django_assert_max_num_queries(BUDGET[who]) as asked:
        client.get("/")
    return len(asked.captured_queries)


def test_the_index_of_staff_pages_counts_what_waits(client: Client) -> None:
    TopicFactory(occurred_at=timezone.now() - timedelta(days=2, hours=1))
    client.force_login(ModeratorFactory())

    page = client.get("/staff/").content.decode()

    figure = page.partition("Unanswered questions</dt>")[2].partition("</div>")[0]
    assert ">1<" in figure
    assert "oldest 2 d 1 h" in figure


@pytest.mark.parametrize("who", ["visitor", "customer"])
def test_the_index_of_staff_pages_is_for_the_team(client: Client, who: str) -> None:
    if who == "customer":
        client.force_login(MemberFactory())

    answer = client.get("/staff/")

    assert answer.status_code == 403
    assert "These pages are for the team." in answer.content.decode()


def test_a_visitor_who_is_refused_is_offered_to_sign_in(client: Client) -> None:
    page = client.get("/staff/").content.decode()

    assert '<a class="btn" href="/accounts/login/?next=/staff/">Sign in</a>' in page
