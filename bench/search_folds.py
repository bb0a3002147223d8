"""Choose weights on one half of the judged questions, judge them on the other, then the other way round.

The weights in force were chosen by hand on the first half; this says how good choosing by machine would be on questions
it never saw, and so whether those in force were lucky.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from bench.search_judged import Judged, held_out
from bench.search_measures import Scores, difference, judge
from bench.search_relevance import Step, documents, engine, in_force, pair, plain_scores, proposed
from search import ranking
from search.ranking import Signals

REPEATS = ((1, 1, 0), (2, 1, 1), (4, 2, 1))
SIGNALS = (Signals(solved=0, votes=0), Signals(solved=0.1, votes=0.02), Signals(solved=0.05, votes=0.05))
CLAUSES, FRESH = (0.0, 0.2, 0.4), (0.0, 0.1, 0.2, 0.3)


def candidates() -> Iterator[list[Step]]:
    """Return the settings to choose from; those of one list need one index."""
    for (title, body, replies), signals in product(REPEATS, SIGNALS):
        base = replace(ranking.LIKENESS, title_repeats=title, body_repeats=body, replies_repeats=replies)
        yield [
            Step(
                f"title {title}, body {body}, replies {replies}, clause {clause}, fresh {fresh},"
                f" solved {signals.solved}, votes {signals.votes}",
                replace(base, title_clause=clause, fresh=fresh),
                signals,
            )
            for clause, fresh in product(CLAUSES, FRESH)
        ]


def report(data: Judged) -> None:
    """Print what each half chooses, how it does on the other half, and both pooled beside the plain BM25."""
    scores: dict[str, Scores] = {}
    for group in candidates():
        with engine() as backend:
            for step in group:
                with in_force(step.likeness, step.signals):
                    if step is group[0]:
                        backend.rebuild(documents(data))
                    scores[step.name] = judge(
                        lambda number, of=backend: proposed(of, data.questions[number]), data.relevant
                    )
    plain = plain_scores(data, repeated=True)
    pooled = Scores({}, {}, {})
    for judged_on_held in (True, False):
        there = [number for number in data.relevant if held_out(number) == judged_on_held]
        here = [number for number in data.relevant if held_out(number) != judged_on_held]
        name = max(scores, key=lambda one: scores[one].mean(here))
        print(f"  {name}, chosen on {len(here)} ({pair(scores[name], here)}): on others {pair(scores[name], there)}")  # noqa: T201
        for kind, values in vars(pooled).items():
            values |= {number: getattr(scores[name], kind)[number] for number in there}
    low, high = difference(pooled.ndcg, plain.ndcg, data.relevant)
    print(  # noqa: T201
        f"  {len(scores)} settings, each question judged by weights chosen without it: {pair(pooled)}, plain BM25"
        f" {pair(plain)}: nDCG@10 {pooled.mean()[0] - plain.mean()[0]:+.3f} [{low:+.3f}, {high:+.3f}]"
    )
