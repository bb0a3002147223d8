"""Reads a support community from `questions.jsonl.gz` and `answers.jsonl.gz`.

Source of the row format: the files' own README; times are UTC, `content_html` is untrusted HTML that members wrote.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

QUESTIONS = "questions.jsonl.gz"
ANSWERS = "answers.jsonl.gz"
LANGUAGES = {"en-US": "en", "es": "es"}
"""Their locale to our language code where the two differ; others keep theirs."""


class RowError(Exception):
    """A row cannot be read; its text is the reason a person may read."""


@dataclass(frozen=True, kw_only=True)
class QuestionRow:
    """One question of the source, checked."""

    id: int
    author: str
    title: str
    html: str
    topic: str
    tags: tuple[str, ...]
    language: str
    created: datetime
    solution: int | None
    same_problem: int
    is_spam: bool
    is_locked: bool


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """One answer of the source, checked."""

    id: int
    question_id: int
    author: str
    html: str
    created: datetime
    helpful: int
    is_spam: bool


def questions(folder: Path) -> Iterator[QuestionRow | tuple[str, str]]:
    """Yield each question, or (source id, reason) for a row that cannot be read."""
    for line_number, data in _lines(folder / QUESTIONS):
        try:
            yield _question(data)
        except RowError as refused:
            yield _name_of(data, line_number), str(refused)


def answers(folder: Path) -> Iterator[AnswerRow | tuple[str, str]]:
    """Yield each answer, or (source id, reason) for a row that cannot be read."""
    for line_number, data in _lines(folder / ANSWERS):
        try:
            yield _answer(data)
        except RowError as refused:
            yield _name_of(data, line_number), str(refused)


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line_number, line in enumerate(lines, start=1):
            try:
                yield line_number, json.loads(line)
            except ValueError:
                yield line_number, None


def _name_of(data: Any, line_number: int) -> str:
    named = isinstance(data, dict) and data.get("id")
    return str(named) if named else f"line {line_number}"


def _question(data: Any) -> QuestionRow:
    return QuestionRow(
        id=_whole(data, "id"),
        author=_text(data, "author"),
        title=_text(data, "title"),
        html=_text(data, "content_html"),
        topic=_text(data, "topic"),
        tags=tuple(tag for tag in _get(data, "tags") if isinstance(tag, str) and tag.strip()),
        language=_language(data),
        created=_time(data),
        solution=data.get("solution"),
        same_problem=_count(data, "same_problem_votes"),
        is_spam=bool(data.get("is_spam")),
        is_locked=bool(data.get("is_locked")),
    )


def _answer(data: Any) -> AnswerRow:
    return AnswerRow(
        id=_whole(data, "id"),
        question_id=_whole(data, "question_id"),
        author=_text(data, "author"),
        html=_text(data, "content_html"),
        created=_time(data),
        helpful=_count(data, "helpful"),
        is_spam=bool(data.get("is_spam")),
    )


def _get(data: Any, field: str) -> Any:
    if not isinstance(data, dict):
        raise RowError("the line is not a JSON object")
    if field not in data:
        raise RowError(f"{field} is missing")
    return data[field]


def _text(data: Any, field: str) -> str:
    value = _get(data, field)
    if not isinstance(value, str) or not value.strip():
        raise RowError(f"{field} is empty")
    return value.replace("\x00", "").strip()


def _whole(data: Any, field: str) -> int:
    value = _get(data, field)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise RowError(f"{field} is not a positive whole number")
    return value


def _count(data: Any, field: str) -> int:
    value = data.get(field) or 0
    return value if isinstance(value, int) and value > 0 else 0


def _time(data: Any) -> datetime:
    value = _text(data, "created")
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S %z")
    except ValueError as error:
        raise RowError("created is not a time like 2024-01-04 00:17:13 +0000") from error


def _language(data: Any) -> str:
    locale = str(data.get("locale") or "en-US")
    return LANGUAGES.get(locale, locale)[:10]
