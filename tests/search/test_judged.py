"""Ranking does not rot unseen: a small community of our own writing, and what should be found in it first."""

import math
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from community.activity.subjects import SearchDocument
from search.backends.embedded.backend import EmbeddedBackend
from search.port import Backend, Query

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EVERYBODY = frozenset({"public"})
CUT = 5


def _read() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("judged.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def judged() -> dict[str, Any]:
    return _read()


@pytest.fixture(scope="module")
def engine(judged: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    backend = EmbeddedBackend(tmp_path_factory.mktemp("judged"))
    backend.rebuild(_document(topic) for topic in judged["topics"])
    yield backend
    backend.close()


def _document(topic: dict[str, Any]) -> SearchDocument:
    return SearchDocument(
        kind="forums.topic",
        id=topic["id"],
        language=topic.get("language", "en"),
        title=topic["title"],
        body=topic["body"],
        replies=topic["replies"],
        audience=EVERYBODY,
        type="question",
        site_id=1,
        at=NOW - timedelta(days=topic.get("days", 90)),
        solved=topic["solved"],
        signals={"votes": topic.get("votes", 0), "recency": (NOW - timedelta(days=topic.get("days", 90))).timestamp()},
        version=1,
    )


def _found(engine: Backend, asked: dict[str, Any]) -> list[int]:
    language = asked.get("language", "en")
    synonyms = (tuple(asked["synonym"]),) if "synonym" in asked else ()
    if "like" in asked:
        hits = engine.similar(
            asked["like"],
            asked["body"],
            audience=EVERYBODY,
            site_id=1,
            language=language,
            limit=CUT,
            synonyms=synonyms,
            now=NOW,
        )
    else:
        query = Query(
            text=asked["search"],
            audience=EVERYBODY,
            site_id=1,
            language=language,
            limit=CUT,
            synonyms=synonyms,
        )
        hits = engine.query(query).hits
    return [hit.id for hit in hits]


def _ndcg(found: list[int], wanted: list[int]) -> float:
    gain = sum(1 / math.log2(place + 2) for place, pk in enumerate(found) if pk in wanted)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(CUT, len(wanted))))


GROUPS = {
    "questions like it, English": (lambda one: _plain(one) and "like" in one and "language" not in one, 0.97),
    "questions like it, Spanish": (lambda one: _plain(one) and "like" in one and "language" in one, 0.97),
    "words searched for": (lambda one: _plain(one) and "search" in one, 0.92),
    "typing slips": (lambda one: "typo" in one, 0.95),
    "synonyms": (lambda one: "synonym" in one, 0.95),
    "solved, many have it, lately": (lambda one: "signal" in one, 0.99),
}


def _plain(asked: dict[str, Any]) -> bool:
    return not {"typo", "synonym", "signal"} & asked.keys()


@pytest.mark.parametrize("group", GROUPS)
def test_what_fits_stands_first(group: str, engine: Backend, judged: dict[str, Any]) -> None:
    belongs, floor = GROUPS[group]
    scores = {
        asked.get("like") or asked["search"]: _ndcg(_found(engine, asked), asked["wanted"])
        for asked in judged["asked"]
        if belongs(asked)
    }

    assert len(scores) >= 3
    assert sum(scores.values()) / len(scores) >= floor, scores


def test_every_question_belongs_to_one_group(judged: dict[str, Any]) -> None:
    for asked in judged["asked"]:
        assert sum(belongs(asked) for belongs, _floor in GROUPS.values()) == 1, asked
