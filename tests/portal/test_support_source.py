"""Reading a support community's files: good rows are typed, bad rows come back with a reason."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from community.portal.importing.support_source import ANSWERS, QUESTIONS, QuestionRow, answers, questions

QUESTION = {
    "id": 7,
    "author": "member-1",
    "title": "Mail does not arrive",
    "content_html": "<p>Since Monday.</p>",
    "topic": "other",
    "tags": ["imap"],
    "locale": "en-US",
    "created": "2024-01-04 00:17:13 +0000",
    "solution": None,
    "same_problem_votes": 3,
    "is_spam": False,
    "is_locked": False,
}


def write(path, rows):
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def test_a_good_question_is_typed(tmp_path):
    write(tmp_path / QUESTIONS, [QUESTION])

    [row] = questions(tmp_path)

    assert isinstance(row, QuestionRow)
    assert row.created == datetime(2024, 1, 4, 0, 17, 13, tzinfo=UTC)
    assert (row.language, row.same_problem, row.tags) == ("en", 3, ("imap",))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "seven"}, "id is not a positive whole number"),
        ({"title": "  "}, "title is empty"),
        ({"created": "yesterday"}, "created is not a time"),
        ({"content_html": None}, "content_html is empty"),
    ],
)
def test_a_bad_question_names_its_reason_and_the_next_one_is_still_read(tmp_path, change, reason):
    write(tmp_path / QUESTIONS, [QUESTION | change, QUESTION | {"id": 8}])

    refused, good = questions(tmp_path)

    assert reason in refused[1]
    assert good.id == 8


def test_a_line_that_is_not_json_is_named_by_its_number(tmp_path):
    write(tmp_path / ANSWERS, ["{broken"])

    assert list(answers(tmp_path)) == [("line 1", "the line is not a JSON object")]
