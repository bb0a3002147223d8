"""What a list costs: queries under their ceilings, the same with 3 rows and with 12."""

import tomllib
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.api import Program, token_for
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.factories.knowledge import ArticleFactory, SectionFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
BUDGETS = tomllib.loads((Path(__file__).parent.parent / "budgets.toml").read_text())


def topics(rows: int) -> str:
    TopicFactory.create_batch(rows, category=CategoryFactory(), tags=["pump"])
    return "topics"


def posts(rows: int) -> str:
    topic = TopicFactory()
    PostFactory.create_batch(rows, topic=topic)
    return f"topics/{topic.pk}/posts"


def ideas(rows: int) -> str:
    IdeaFactory.create_batch(rows, board=BoardFactory())
    return "ideas"


def comments(rows: int) -> str:
    idea = IdeaFactory()
    CommentFactory.create_batch(rows, idea=idea)
    return f"ideas/{idea.pk}/comments"


def articles(rows: int) -> str:
    section = SectionFactory()
    for _ in range(rows):
        ArticleFactory(parent=section)
    return "articles"


@pytest.mark.parametrize("who", ["visitor", "member"])
@pytest.mark.parametrize("made", [topics, posts, ideas, comments, articles])
def test_a_list_costs_the_same_however_long_it_is(made, who):
    program = Program(token_for(MemberFactory()) if who == "member" else "")
    costs = []
    for rows in (3, 12):
        path = made(rows)
        program.send("GET", path)
        with CaptureQueriesContext(connection) as captured:
            response = program.send("GET", f"{path}?limit=100")
        costs.append(len(captured))
        assert len(response.json()["items"]) >= rows

    assert costs[0] == costs[1] <= BUDGETS[f"api_{made.__name__}"][who]
