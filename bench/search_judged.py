"""Questions that people judged alike: real ones whose answers link to another, and reports marked as duplicates.

The data stay where they are; nothing of them is kept here. A helper who answers "see this question" and links it has
judged the two alike: asked the first, a good community would have shown the second before it was sent.
"""

import csv
import gzip
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

BODY_LENGTH = 300
"""Characters of a body that are asked with."""
_LINK = re.compile(r"/questions/(\d+)")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What somebody wrote below a question."""

    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question, as search meets it."""

    id: int
    language: str
    title: str
    body: str
    answers: tuple[Answer, ...]
    at: datetime
    solved: bool
    votes: int

    @property
    def asked(self) -> str:
        """The title and the start of the body: what is looked for."""
        return f"{self.title}\n{self.body[:BODY_LENGTH]}"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A corpus, and which of it belong together."""

    questions: Mapping[int, Question]
    relevant: Mapping[int, frozenset[int]]
    """Question -> the ones that were linked or marked."""


def support(folder: Path) -> Judged:
    """Read `support_community`: 6,418 questions, of which 148 have an answer that links to another of them.

    A link counts in whatever language and form the address is written, from any answer, the asker's own too; links to
    the question itself and to questions outside the set do not.
    """
    written = defaultdict(list)
    links = defaultdict(set)
    for row in _rows(folder / "answers.jsonl.gz"):
        links[row["question_id"]] |= {int(number) for number in _LINK.findall(row["content_html"])}
        if not row["is_spam"]:
            written[row["question_id"]].append(Answer(text=_text(row["content_html"]), at=_time(row["created"])))
    questions = {
        row["id"]: Question(
            id=row["id"],
            language=row["locale"].split("-")[0],
            title=row["title"],
            body=_text(row["content_html"]),
            answers=tuple(sorted(written[row["id"]], key=lambda answer: answer.at)),
            at=_time(row["created"]),
            solved=row["is_solved"],
            votes=row["same_problem_votes"],
        )
        for row in _rows(folder / "questions.jsonl.gz")
    }
    relevant = {
        number: frozenset(found & questions.keys() - {number}) for number, found in links.items() if number in questions
    }
    return Judged(questions=questions, relevant={number: found for number, found in relevant.items() if found})


def duplicates(folder: Path) -> Judged:
    """Read `duplicates_seamonkey`: 1,076 reports, and those marked as duplicates of each other. Never tuned on."""
    csv.field_size_limit(sys.maxsize)
    with (folder / "SeaMonkey_bugs.csv").open(newline="") as file:
        questions = {
            int(row["Issue id"]): Question(
                id=int(row["Issue id"]),
                language="en",
                title=row["Summary"],
                body=row["Description"],
                answers=(),
                at=datetime.fromisoformat("2024-01-01T00:00:00+00:00"),
                solved=False,
                votes=0,
            )
            for row in csv.DictReader(file)
        }
    relevant = defaultdict(set)
    with (folder / "SeaMonkey_bugs-combined.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            for other in re.findall(r"\d+", row["Duplicate id"]):
                first, second = int(row["Issue id"]), int(other)
                if first != second and first in questions and second in questions:
                    relevant[first].add(second)
                    relevant[second].add(first)
    return Judged(questions=questions, relevant={number: frozenset(found) for number, found in relevant.items()})


def held_out(number: int) -> bool:
    """Return whether a question belongs to the half that nothing is tuned on."""
    return hashlib.sha256(str(number).encode()).digest()[-1] % 2 == 1


def tuning_half(numbers: Iterable[int]) -> list[int]:
    """Return the questions to tune on."""
    return [number for number in numbers if not held_out(number)]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _text(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")
