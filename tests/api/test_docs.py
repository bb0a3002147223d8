"""Every request in docs/api.md is answered as the page says."""

import json
import re
from pathlib import Path

import pytest

from tests.factories.api import Program, token_for
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.factories.members import MemberFactory

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLE = re.compile(r"```http\n(\w+) /api/v1/(\S+)\n(.*?)```\nAnswers (\d+)\.", re.DOTALL)


@pytest.mark.django_db
def test_the_examples_are_answered_as_the_page_says():
    member = MemberFactory()
    topic = TopicFactory(category=CategoryFactory(slug="help"), author=member)
    idea = IdeaFactory(board=BoardFactory(slug="app"))
    values = {
        "topic": str(topic.pk),
        "idea": str(idea.pk),
        "own_idea": str(IdeaFactory(board=idea.board, author=member).pk),
        "comment": str(CommentFactory(idea=idea, author=member).pk),
        "token": token_for(member),
    }
    examples = EXAMPLE.findall(PAGE.read_text())
    assert len(examples) == PAGE.read_text().count("```http")
    wrong = []
    for method, path, rest, status in examples:
        for name, value in values.items():
            path, rest = path.replace(f"{{{name}}}", value), rest.replace(f"{{{name}}}", value)
        head, _blank, body = rest.partition("\n\n")
        headers = dict(line.split(": ", 1) for line in head.splitlines())
        response = Program().send(method, path, json.loads(body) if body else None, **headers)
        if response.status_code != int(status):
            wrong.append(f"{method} {path}: {response.status_code} {response.content!r}")

    assert not wrong, "\n".join(wrong)
