"""A fragment that could show what its key does not tell is refused when it is made."""

import pytest
from django.test import RequestFactory

from community.core.fragments import Fragment, rendered

CRUMBS = "components/crumbs.html"


def test_a_function_alone_does_not_tell_what_is_seen() -> None:
    with pytest.raises(ValueError, match="a function does not tell"):
        rendered([Fragment(CRUMBS, lambda: {"crumbs": []})], RequestFactory().get("/"))


def test_a_function_is_asked_once_for_the_same() -> None:
    asked = []

    def context() -> dict[str, object]:
        asked.append(True)
        return {"crumbs": []}

    part = Fragment(CRUMBS, context, seen="no crumbs at all")
    first, again = (rendered([part], RequestFactory().get("/"))[0] for _ in range(2))

    assert first == again
    assert asked == [True]


def test_what_every_fragment_sees_is_no_name_of_its_own() -> None:
    with pytest.raises(ValueError, match="here of its context"):
        rendered([Fragment(CRUMBS, {"crumbs": [], "here": True})], RequestFactory().get("/"))
