"""Imports a support community: authors, questions, answers, accepted answers, in batches that can be repeated.

Every batch is one transaction and knows its rows by source key, so a run that was stopped goes on where it was.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from wagtail.models import Site

from community.members.imports import AuthorImport, author_import
from community.portal.importing.html_to_markdown import html_to_markdown
from community.portal.importing.support_source import AnswerRow, QuestionRow, answers, questions
from forums.models import Category, Post, Topic
from forums.services import category_create
from forums.services.imports import AnswerImport, PostImport, TopicImport, answer_import, post_import, topic_import

BATCH = 300
T = TypeVar("T")
Progress = Callable[[int], object]


@dataclass(kw_only=True)
class SupportReport:
    """What an import did."""

    made: Counter[str] = field(default_factory=Counter)
    """New members, topics, posts, accepted."""
    known: Counter[str] = field(default_factory=Counter)
    """Topics and posts that were there from an earlier run."""
    fidelity: Counter[str] = field(default_factory=Counter)
    """Texts by how faithful their Markdown is: exact, plain, lossy."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(source key, reason) of every row that was not taken."""
    lossy: list[str] = field(default_factory=list)
    """Source keys of texts whose words could not all be kept."""


class SupportImport:
    """One run over a folder. Idempotent: yes."""

    def __init__(self, folder: Path, *, site: Site) -> None:
        self._site = site
        self.report = SupportReport()
        self.questions: list[QuestionRow] = list(self._readable(questions(folder), "q"))
        self.answers: list[AnswerRow] = sorted(
            self._readable(answers(folder), "a"), key=lambda row: (row.created, row.id)
        )

    @property
    def row_count(self) -> int:
        """Questions and answers that can be read."""
        return len(self.questions) + len(self.answers)

    def run(self, progress: Progress = lambda _count: None) -> SupportReport:
        """Import everything; `progress` hears of rows as they are done."""
        members = self._authors()
        topics = self._questions(members, progress)
        posts = self._answers(members, topics, progress)
        self._solutions(topics, posts)
        return self.report

    def _readable(self, rows: Iterable[T | tuple[str, str]], letter: str) -> Iterator[T]:
        for row in rows:
            if isinstance(row, tuple):
                self.report.refused.append((_key(letter, row[0]), row[1]))
            else:
                yield row

    def _authors(self) -> dict[str, int]:
        first: dict[str, tuple[datetime, str]] = {}
        languages = {row.id: row.language for row in self.questions}
        for row in self.questions:
            first[row.author] = min(first.get(row.author, (row.created, row.language)), (row.created, row.language))
        for answer in self.answers:
            seen = (answer.created, languages.get(answer.question_id, "en"))
            first[answer.author] = min(first.get(answer.author, seen), seen)
        authors = (
            AuthorImport(source_key=author, name=author, first_seen_at=at, language=language)
            for author, (at, language) in first.items()
        )
        members: dict[str, int] = {}
        for batch in _batches(authors):
            members |= author_import(batch)
        self.report.made["members"] = len(members)
        return members

    def _questions(self, members: dict[str, int], progress: Progress) -> dict[int, int]:
        categories = self._categories()
        topics: dict[int, int] = {}
        for batch in _batches(self.questions):
            keys = {_key("q", row.id): row.id for row in batch}
            known = dict(Topic.objects.filter(source_key__in=keys).values_list("source_key", "pk"))
            outcome = topic_import(
                [self._topic(row, categories, members) for row in batch if _key("q", row.id) not in known]
            )
            self._count("topics", outcome.made, len(known), outcome.refused)
            topics |= {keys[str(key)]: pk for key, pk in (known | outcome.ids).items()}
            progress(len(batch))
        return topics

    def _answers(self, members: dict[str, int], topics: dict[int, int], progress: Progress) -> dict[int, int]:
        posts: dict[int, int] = {}
        for batch in _batches(self.answers):
            here = [row for row in batch if row.question_id in topics]
            orphans = [_key("a", row.id) for row in batch if row.question_id not in topics]
            self.report.refused += [(key, "its question was not imported") for key in orphans]
            keys = {_key("a", row.id): row.id for row in here}
            known = dict(Post.objects.filter(source_key__in=keys).values_list("source_key", "pk"))
            outcome = post_import([self._post(row, topics, members) for row in here if _key("a", row.id) not in known])
            self._count("posts", outcome.made, len(known), outcome.refused)
            posts |= {keys[str(key)]: pk for key, pk in (known | outcome.ids).items()}
            progress(len(batch))
        return posts

    def _solutions(self, topics: dict[int, int], posts: dict[int, int]) -> None:
        when = {row.id: row.created for row in self.answers}
        rows = (
            AnswerImport(topic_id=topics[row.id], post_id=posts[row.solution], accepted_at=when[row.solution])
            for row in self.questions
            if row.solution in posts and row.id in topics
        )
        for batch in _batches(rows):
            self.report.made["accepted"] += answer_import(batch)

    def _categories(self) -> dict[str, Category]:
        """Return the category of each source topic, making those that are missing, most asked first."""
        categories = {category.slug: category for category in Category.objects.filter(site=self._site)}
        for slug, _count in Counter(row.topic for row in self.questions).most_common():
            if slug not in categories:
                name = slug.replace("-", " ").capitalize()
                categories[slug] = category_create(
                    member=None, site=self._site, name=name, slug=slug, position=len(categories) + 1
                )
        return categories

    def _topic(self, row: QuestionRow, categories: dict[str, Category], members: dict[str, int]) -> TopicImport:
        return TopicImport(
            source_key=_key("q", row.id),
            category=categories[row.topic],
            author_id=members[row.author],
            title=row.title,
            raw=self._markdown(_key("q", row.id), row.html),
            asked_at=row.created,
            tags=row.tags,
            language=row.language,
            same_problem=row.same_problem,
            is_hidden=row.is_spam,
            is_closed=row.is_locked,
        )

    def _post(self, row: AnswerRow, topics: dict[int, int], members: dict[str, int]) -> PostImport:
        return PostImport(
            source_key=_key("a", row.id),
            topic_id=topics[row.question_id],
            author_id=members[row.author],
            raw=self._markdown(_key("a", row.id), row.html),
            created_at=row.created,
            helpful=row.helpful,
            is_hidden=row.is_spam,
        )

    def _markdown(self, key: str, html: str) -> str:
        converted = html_to_markdown(html)
        self.report.fidelity[converted.fidelity] += 1
        if converted.fidelity == "lossy":
            self.report.lossy.append(key)
        return converted.markdown

    def _count(self, what: str, made: int, known: int, refused: list[tuple[str, str]]) -> None:
        self.report.made[what] += made
        self.report.known[what] += known
        self.report.refused += refused


def _key(letter: str, source_id: int | str) -> str:
    return f"support:{letter}:{source_id}"


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        yield batch
