"""From the engines' answers to ours."""

from collections.abc import Sequence
from typing import Any

from search.backends.cluster.mapping import LANGUAGES
from search.backends.cluster.wires import Answer
from search.highlighting import html_of, marked
from search.meaning import fold
from search.port import Hit, Key, Unavailable

_DONE = frozenset({200, 201, 404, 409})
"""409: something newer is there; 404: what was to be deleted is not."""


def hit_of(found: Answer, *, begun: Sequence[str] = ()) -> Hit:
    """Return a hit; for suggestions the words that begin with what was typed are marked here."""
    source, marks = found["_source"], found.get("highlight", {})
    title = next((source[f"title_{language}"] for language in LANGUAGES if f"title_{language}" in source), "")
    title = next((marks[name][0] for name in marks if name.startswith("title_")), title)
    if begun:
        title = marked(title, lambda word: fold(word).startswith(tuple(begun)))
    body = next((marks[name][0] for name in marks if name.startswith("body_")), "")
    factor = float(source.get("factor", 1.0))
    score = float(found.get("_score") or 0.0)
    return Hit(
        kind=source["kind"],
        id=source["id"],
        score=score,
        title_html=html_of(title),
        snippet_html=html_of(" ".join(body.split())),
        explanation={"text": score / factor, "factor": factor},
    )


def values_of(bucket: Answer) -> dict[str, int]:
    """Return the counts of a facet's values."""
    return {str(value["key"]): int(value["doc_count"]) for value in bucket["buckets"]}


def examined(answer: Answer) -> tuple[int, dict[Key, str]]:
    """Return how many lines of a bulk were written, and why others never will be. Raises: Unavailable."""
    written = 0
    refused: dict[Key, str] = {}
    for line in answer.get("items", ()):
        (result,) = line.values()
        status = int(result["status"])
        if status in (200, 201):
            written += 1
        elif status == 429 or status >= 500:
            raise Unavailable(f"it answered {status} to a line")
        elif status not in _DONE:
            kind, _, pk = str(result["_id"]).rpartition(":")
            refused[kind, int(pk)] = _reason(result.get("error"))
    return written, refused


def _reason(error: Any) -> str:
    return str(error.get("type", "refused")) if isinstance(error, dict) else "refused"
