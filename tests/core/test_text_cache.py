"""The cache for texts keeps them as long as they may be kept, and not more than fit."""

from typing import Any

import pytest

from community.core.text_cache import TextCache


def test_what_is_kept_comes_back_as_it_is_and_the_rest_is_missing() -> None:
    cache = TextCache("texts-1", {})
    text = "a long text"
    cache.set("a", text, 60)

    assert cache.get_many(["a", "b"]) == {"a": text}
    assert cache.get_many(["a"])["a"] is text


def test_what_is_too_old_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = TextCache("texts-2", {})
    cache.set("a", "old", 60)
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)

    assert cache.get_many(["a"]) == {}


def test_the_ones_asked_for_last_stay_when_it_is_full() -> None:
    params: Any = {"OPTIONS": {"MAX_ENTRIES": 3, "CULL_FREQUENCY": 3}}
    cache = TextCache("texts-3", params)
    for name in "abc":
        cache.set(name, name, 60)
    cache.get_many(["a"])

    cache.set("d", "d", 60)

    assert cache.get_many("abcd") == {"a": "a", "c": "c", "d": "d"}
