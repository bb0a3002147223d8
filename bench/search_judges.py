"""Other judges of the same ranking, none of them tuned on: the past, slips of the finger, marked duplicates."""

import random
import string
from bisect import bisect_left
from pathlib import Path

from bench.search_judged import Judged, Question, duplicates, held_out
from bench.search_measures import CUT, Scores, difference, judge
from bench.search_plain import Plain, best
from bench.search_relevance import (
    EVERYBODY,
    KIND,
    SITE,
    documents,
    engine,
    pair,
    plain_scores,
    proposed,
    thread_documents,
)
from search.port import Query

KEPT_TARGET = 0.9
LONG_WORD = 5


def replay(data: Judged) -> None:
    """Print how it would have gone on the day: asked when it was asked, with what was written until then only."""
    moments = sorted(
        [(one.at, one.id) for one in data.questions.values()]
        + [(answer.at, one.id) for one in data.questions.values() for answer in one.answers]
    )
    past = {
        number: frozenset(other for other in wanted if data.questions[other].at < data.questions[number].at)
        for number, wanted in data.relevant.items()
    }
    past = {number: wanted for number, wanted in past.items() if wanted}
    ours, written = Scores({}, {}, {}), 0
    with engine() as backend:
        for number in sorted(past, key=lambda one: data.questions[one].at):
            at = data.questions[number].at
            until = bisect_left(moments, (at, 0))
            changed = {pk for _at, pk in moments[written:until]}
            backend.index([made for pk in changed for made in thread_documents(data.questions[pk], until=at)])
            written = until
            scores = judge(lambda one: proposed(backend, data.questions[one]), {number: past[number]})
            for kind, values in vars(ours).items():
                values |= getattr(scores, kind)
    plain = Plain({number: f"{one.title}\n{one.body}" for number, one in data.questions.items()})

    def earlier(number: int) -> list[int]:
        at = data.questions[number].at
        scores = plain.scores(data.questions[number].asked, repeated=True)
        return best({other: score for other, score in scores.items() if data.questions[other].at < at}, CUT + 1)

    theirs = judge(earlier, past)
    held = [number for number in past if held_out(number)]
    low, high = difference(ours.ndcg, theirs.ndcg, past)
    print(  # noqa: T201
        f"as it would have gone ({len(past)} questions whose link was there, documents as they stood): plain"
        f" {pair(theirs)}, ours {pair(ours)}, nDCG@10 [{low:+.3f}, {high:+.3f}]; of those held out ({len(held)})"
        f" {pair(theirs, held)}, {pair(ours, held)}"
    )


def typos(data: Judged) -> bool:
    """Print how much of R@10 is kept with a slip in each title; return whether it is enough."""
    draw = random.Random(7)  # noqa: S311 the same slips on every run
    slipped = {number: _slip(data.questions[number].title, draw) for number in data.relevant}
    kept = []
    with engine() as backend:
        backend.rebuild(documents(data))

        def searched(question: Question, title: str) -> list[int]:
            found = backend.query(
                Query(text=title, audience=EVERYBODY, site_id=SITE, kinds=(KIND,), limit=CUT + 1)
            ).hits
            return [hit.id for hit in found]

        def asked(question: Question, title: str) -> list[int]:
            hits = backend.similar(
                title,
                question.body,
                audience=EVERYBODY,
                site_id=SITE,
                kinds=(KIND,),
                limit=CUT,
                exclude=[(KIND, question.id)],
                now=question.at,
            )
            return [hit.id for hit in hits]

        for name, find in (("titles in the search box", searched), ("suggestions while asking", asked)):
            clean = judge(lambda one, by=find: by(data.questions[one], data.questions[one].title), data.relevant)
            wrong = judge(lambda one, by=find: by(data.questions[one], slipped[one]), data.relevant)
            kept.append(wrong.mean()[2] / clean.mean()[2])
            print(  # noqa: T201
                f"one slip in a word of {LONG_WORD} letters or more, {name}: R@10 {clean.mean()[2]:.3f} ->"
                f" {wrong.mean()[2]:.3f}, {kept[-1]:.0%} kept (at least {KEPT_TARGET:.0%})"
            )
    return min(kept) >= KEPT_TARGET


def marked(folder: Path) -> None:
    """Print how many marked duplicates are proposed among the first five."""
    data = duplicates(folder)
    with engine() as backend:
        backend.rebuild(documents(data))
        ours = judge(lambda number: proposed(backend, data.questions[number]), data.relevant)
    plain = plain_scores(data, repeated=True)
    low, high = difference(ours.recall, plain.recall, data.relevant)
    print(  # noqa: T201
        f"{len(data.relevant)} reports marked as duplicates among {len(data.questions)}, without answers or times:"
        f" nDCG@10 and R@5 plain {pair(plain)}, ours {pair(ours)}; R@5 [{low:+.3f}, {high:+.3f}]"
    )


def _slip(title: str, draw: random.Random) -> str:
    """Return the title with one letter of one long word left out, doubled by another, changed, or swapped."""
    words = title.split(" ")
    places = [place for place, word in enumerate(words) if len(word) >= LONG_WORD and word.isalpha()]
    if not places:
        return title
    place = draw.choice(places)
    word, at = words[place], draw.randrange(len(words[place]) - 1)
    letter = draw.choice(string.ascii_lowercase)
    words[place] = draw.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return " ".join(words)
