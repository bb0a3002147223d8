"""How good a ranking is, and how sure one can be that it is better than another."""

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Ranker = Callable[[int], Sequence[int]]
"""Number of a question -> numbers of what is proposed, best first."""
CUT, FIRST = 10, 5
RESAMPLES = 10_000


@dataclass(frozen=True)
class Scores:
    """Per question asked."""

    ndcg: Mapping[int, float]
    recall: Mapping[int, float]
    """Share of what was linked that is among the first five."""
    recall_cut: Mapping[int, float]
    """The same among the first ten."""

    def mean(self, numbers: Iterable[int] | None = None) -> tuple[float, float, float]:
        """Return nDCG@10, R@5 and R@10 over some questions, or all."""
        chosen = [number for number in (self.ndcg if numbers is None else numbers) if number in self.ndcg]
        if not chosen:
            return (math.nan, math.nan, math.nan)
        return tuple(sum(of[number] for number in chosen) / len(chosen) for of in vars(self).values())


def judge(ranker: Ranker, relevant: Mapping[int, frozenset[int]]) -> Scores:
    """Ask every question; what is asked may not be found."""
    scores = Scores({}, {}, {})
    for number, wanted in relevant.items():
        found = [other for other in ranker(number) if other != number][:CUT]
        gain = sum(1 / math.log2(place + 2) for place, other in enumerate(found) if other in wanted)
        best = sum(1 / math.log2(place + 2) for place in range(min(CUT, len(wanted))))
        scores.ndcg[number] = gain / best
        scores.recall[number] = len(wanted.intersection(found[:FIRST])) / len(wanted)
        scores.recall_cut[number] = len(wanted.intersection(found)) / len(wanted)
    return scores


def difference(ours: Mapping[int, float], theirs: Mapping[int, float], numbers: Iterable[int]) -> tuple[float, float]:
    """Return the 95 % interval of the mean difference, by drawing the questions anew with replacement."""
    gaps = [ours[number] - theirs[number] for number in numbers]
    if not gaps:
        return (math.nan, math.nan)
    draw = random.Random(1)  # noqa: S311 the same figures on every run
    means = sorted(sum(draw.choices(gaps, k=len(gaps))) / len(gaps) for _ in range(RESAMPLES))
    return means[int(RESAMPLES * 0.025)], means[int(RESAMPLES * 0.975) - 1]
