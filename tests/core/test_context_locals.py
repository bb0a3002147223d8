"""Language and zone are each thread's and each task's own, and reading them takes no lock."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.urls import base as urls
from django.utils import timezone, translation
from django.utils.translation import trans_real

from community.core.context_locals import ContextLocal


def test_django_keeps_what_is_active_in_them() -> None:
    kept = [trans_real._active, timezone._active, urls._prefixes, urls._urlconfs]  # type: ignore[attr-defined]

    assert [type(one) for one in kept] == [ContextLocal] * 4


def test_what_was_never_set_or_was_taken_away_is_missing() -> None:
    local = ContextLocal()
    local.value, local.other = 1, 2
    del local.value

    assert (getattr(local, "value", None), local.other) == (None, 2)
    with pytest.raises(AttributeError):
        del local.value


def test_threads_do_not_see_each_others_language() -> None:
    both = threading.Barrier(2)

    def of_a_thread(language: str) -> str:
        translation.activate(language)
        both.wait(5)
        return translation.get_language()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(of_a_thread, ["es", "en"])) == ["es", "en"]


def test_tasks_do_not_see_each_others_language_and_threads_they_ask_see_theirs() -> None:
    async def of_a_task(language: str) -> tuple[str, str]:
        with translation.override(language):
            await asyncio.sleep(0.01)
            return translation.get_language(), await asyncio.to_thread(translation.get_language)

    async def both() -> list[tuple[str, str]]:
        return await asyncio.gather(of_a_task("es"), of_a_task("en"))

    assert asyncio.run(both()) == [("es", "es"), ("en", "en")]
