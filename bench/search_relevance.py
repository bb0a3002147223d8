"""What each step of our ranking gives, judged by links that people set; all of it through the port, in one run.

Half of the judged questions (by a hash of their number) is for choosing weights, the other half says how good they are.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bench.search_judged import BODY_LENGTH, Judged, Question, held_out
from bench.search_measures import CUT, Scores, difference, judge
from bench.search_plain import Plain, best
from community.activity.subjects import SearchDocument
from search import ranking
from search.backends.embedded.backend import EmbeddedBackend
from search.port import Backend
from search.ranking import Likeness, Signals

EVERYBODY = frozenset({"public"})
KIND, SITE = "forums.topic", 1
NO_SIGNALS = Signals(solved=0, votes=0, reply=1)
ONE_FIELD = Likeness(
    title_repeats=1, body_repeats=1, replies_repeats=0, title_clause=0, terms=1_000, fresh=0, body_asked=BODY_LENGTH
)


@dataclass(frozen=True)
class Step:
    """One setting of the ranking."""

    name: str
    likeness: Likeness
    signals: Signals = NO_SIGNALS
    by_language: bool = True


def steps() -> list[Step]:
    """Return the settings from one plain field to what is in force, one change each."""
    force = ranking.LIKENESS
    threads = replace(ONE_FIELD, replies_repeats=1)
    titled = replace(threads, title_repeats=force.title_repeats, body_repeats=force.body_repeats)
    clause = replace(titled, title_clause=force.title_clause)
    telling = replace(clause, terms=force.terms)
    return [
        Step("ours: title and body in one field, stemmed as English", ONE_FIELD, by_language=False),
        Step("+ each text by the rules of its language", ONE_FIELD),
        Step("+ the answers' text in the document", threads),
        Step(f"+ title {force.title_repeats} times, body {force.body_repeats} times, answers once", titled),
        Step("+ a light clause on the title alone", clause),
        Step(f"+ only the {force.terms} most telling words", telling),
        Step("+ solved and votes", telling, ranking.SIGNALS),
        Step("+ freshness: what is in force", force, ranking.SIGNALS),
    ]


@contextmanager
def in_force(likeness: Likeness, signals: Signals) -> Iterator[None]:
    """Rank by these weights meanwhile."""
    kept = ranking.LIKENESS, ranking.SIGNALS
    ranking.LIKENESS, ranking.SIGNALS = likeness, signals
    try:
        yield
    finally:
        ranking.LIKENESS, ranking.SIGNALS = kept


@contextmanager
def engine() -> Iterator[Backend]:
    """Return an empty engine; its files go on leaving."""
    folder = Path(tempfile.mkdtemp(prefix="bench-search-"))
    backend = EmbeddedBackend(folder)
    try:
        yield backend
    finally:
        backend.close()
        shutil.rmtree(folder, ignore_errors=True)


def document(question: Question, *, by_language: bool = True, until: datetime | None = None) -> SearchDocument:
    """Return what search indexes of a question: as of now, or as it stood at a moment, its state then unknown."""
    answers = [answer for answer in question.answers if until is None or answer.at < until]
    last = max([question.at, *(answer.at for answer in answers)])
    return SearchDocument(
        kind=KIND,
        id=question.id,
        language=question.language if by_language else "en",
        title=question.title,
        body=question.body,
        replies="\n".join(answer.text for answer in answers),
        audience=EVERYBODY,
        type="question",
        site_id=SITE,
        at=question.at,
        solved=question.solved and until is None,
        signals={"votes": question.votes if until is None else 0, "recency": last.timestamp()},
        version=time.time_ns(),
    )


def thread_documents(
    question: Question, *, by_language: bool = True, until: datetime | None = None
) -> Iterator[SearchDocument]:
    """Return the question's document and, as the product has them, one for each answer."""
    topic = document(question, by_language=by_language, until=until)
    yield topic
    for place, answer in enumerate(question.answers):
        if until is None or answer.at < until:
            yield replace(
                topic,
                kind="forums.post",
                id=question.id * 1_000 + place,
                body=answer.text,
                replies="",
                titled=False,
                type="answer",
                at=answer.at,
                solved=False,
                signals={"recency": answer.at.timestamp()},
            )


def documents(data: Judged, *, by_language: bool = True) -> Iterator[SearchDocument]:
    """Return all that is indexed."""
    for question in data.questions.values():
        yield from thread_documents(question, by_language=by_language)


def proposed(backend: Backend, question: Question, count: int = CUT + 1) -> list[int]:
    """Ask as the ask form does at the moment the question was asked."""
    hits = backend.similar(
        question.title,
        question.body[:BODY_LENGTH],
        audience=EVERYBODY,
        site_id=SITE,
        kinds=(KIND,),
        language=question.language,
        limit=count,
        exclude=[(KIND, question.id)],
        now=question.at,
    )
    return [hit.id for hit in hits]


def plain_scores(data: Judged, *, repeated: bool) -> Scores:
    """Judge BM25 over one field of title and body."""
    plain = Plain({number: f"{one.title}\n{one.body}" for number, one in data.questions.items()})
    return judge(
        lambda number: best(plain.scores(data.questions[number].asked, repeated=repeated), CUT + 1), data.relevant
    )


def apart_scores(data: Judged) -> Scores:
    """Judge BM25 over title, body and answers as three fields whose scores are added."""
    fields = [
        Plain({number: text(one) for number, one in data.questions.items()})
        for text in (
            lambda one: one.title,
            lambda one: one.body,
            lambda one: "\n".join(answer.text for answer in one.answers),
        )
    ]

    def ranked(number: int) -> Sequence[int]:
        total: dict[int, float] = {}
        for field in fields:
            for other, score in field.scores(data.questions[number].asked, repeated=True).items():
                total[other] = total.get(other, 0.0) + score
        return best(total, CUT + 1)

    return judge(ranked, data.relevant)


def step_scores(data: Judged, chosen: Sequence[Step]) -> dict[str, Scores]:
    """Judge each step, on an index of its own where what is indexed changes."""
    found: dict[str, Scores] = {}
    for step in chosen:
        with in_force(step.likeness, step.signals), engine() as backend:
            backend.rebuild(documents(data, by_language=step.by_language))
            found[step.name] = judge(lambda number, of=backend: proposed(of, data.questions[number]), data.relevant)
    return found


def report(data: Judged) -> bool:
    """Print the table; return whether ours is ahead of both plain ones on the half that was not tuned on."""
    plain = {
        "plain BM25, one field, each word asked once": plain_scores(data, repeated=False),
        "plain BM25, one field, words asked as often as said": plain_scores(data, repeated=True),
    }
    ours = step_scores(data, steps())
    held = [number for number in data.relevant if held_out(number)]
    tuned = [number for number in data.relevant if not held_out(number)]
    base = max(plain.values(), key=lambda scores: scores.mean(held))
    print(f"{len(data.relevant)} judged questions: {len(tuned)} to tune on, {len(held)} held out; all indexed")  # noqa: T201
    print(f"{'':<58}{'all':>12}{'tuned on':>13}{'held out':>13}  held out, nDCG@10 less plain BM25")  # noqa: T201
    rows = plain | {"plain BM25, title, body and answers apart, scores added": apart_scores(data)} | ours
    for name, scores in rows.items():
        cells = "".join(f"{pair(scores, numbers):>13}" for numbers in (None, tuned, held))
        low, high = difference(scores.ndcg, base.ndcg, held)
        gain = scores.mean(held)[0] - base.mean(held)[0]
        print(f"{name:<57}{cells}  {gain:+.3f} [{low:+.3f}, {high:+.3f}]")  # noqa: T201
    last = list(ours.values())[-1]
    low, high = difference(last.ndcg, base.ndcg, data.relevant)
    print(f"nDCG@10 and R@5. All 148: in force less the better plain BM25 [{low:+.3f}, {high:+.3f}], 95 % of resamples")  # noqa: T201
    _languages(data, base, last)
    return last.mean(held)[0] > base.mean(held)[0]


def pair(scores: Scores, numbers: Sequence[int] | None = None) -> str:
    """Return nDCG@10 and R@5 as printed."""
    ndcg, recall, _recall_cut = scores.mean(numbers)
    return f"{ndcg:.3f} {recall:.3f}".replace("0.", ".")


def _languages(data: Judged, base: Scores, ours: Scores) -> None:
    groups: dict[str, list[int]] = {}
    for number in data.relevant:
        language = data.questions[number].language
        groups.setdefault(language if language in ("en", "es", "it") else "other", []).append(number)
    for language, numbers in sorted(groups.items()):
        print(f"  {language:<6}{len(numbers):>4} questions: plain {pair(base, numbers)}, ours {pair(ours, numbers)}")  # noqa: T201
