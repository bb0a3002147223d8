"""What every screen promises (`community/moderation/screens.py`), asked of each that is registered."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.functional import Promise
from django.utils.translation import override

from community.moderation.models import ScreenRule
from community.moderation.screens import Earlier, Facts, Screen, fingerprint_of, hosts_of, normal_form, screens

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TEXT = "Buy our frobnicator, the very best one there is, at a price that nobody else will offer you"
CLEAN = Facts(
    kind="forums.post",
    subject_id=None,
    text="why does it hum",
    hosts=(),
    fingerprint="",
    published=0,
    earlier=(),
    blocked_words=("frobnicator",),
    blocked_domains=("shop.example",),
    now=NOW,
)
BAD = {
    "newcomer_links": {"hosts": ("a.example",)},
    "many_links": {"hosts": ("a.example",) * 6, "published": 99},
    "blocked_word": {"text": normal_form("A ＦＲＯＢＮＩＣＡＴＯＲ!")},
    "blocked_domain": {"hosts": ("www2.shop.example",), "published": 99},
    "repeated": {
        "fingerprint": fingerprint_of(normal_form(TEXT)),
        "earlier": (Earlier(kind="forums.post", subject_id=7, fingerprint=fingerprint_of(normal_form(TEXT)), at=NOW),),
    },
    "burst": {
        "earlier": tuple(
            Earlier(kind="forums.post", subject_id=n, fingerprint="", at=NOW - timedelta(seconds=n)) for n in range(8)
        )
    },
}


@pytest.fixture(params=sorted(screens))
def screen(request: pytest.FixtureRequest) -> Screen:
    """Each registered screen in turn."""
    return screens[request.param]


def facts(**changed: Any) -> Facts:
    return replace(CLEAN, **changed)


def test_a_clean_text_of_a_new_member_passes(screen):
    assert screen.check(CLEAN) == 0


def test_what_it_is_for_is_found(screen):
    assert screen.code in BAD, "say in BAD what this screen is for"
    assert screen.check(facts(**BAD[screen.code])) >= screen.limit


def test_it_is_pure_and_gives_a_number(screen):
    given = facts(**BAD[screen.code])
    before = [getattr(given, field.name) for field in fields(given)]

    first, second = screen.check(given), screen.check(given)

    assert type(first) is int
    assert first == second
    assert before == [getattr(given, field.name) for field in fields(given)]


def test_staff_and_authors_can_read_about_it_in_their_language(screen):
    assert screen.action in ScreenRule.Action.values
    for words in (screen.label, screen.meaning, screen.refusal):
        assert isinstance(words, Promise)
        with override("es"):
            assert str(words)
    assert str(screen.meaning) % {"limit": screen.limit}


def test_odd_texts_break_none(screen):
    for text in ("", "\u202e\u0000", "x" * 40_000, "​" * 50):
        assert screen.check(facts(text=normal_form(text), fingerprint=fingerprint_of(text))) == 0


def test_texts_are_compared_in_normal_form():
    assert fingerprint_of(normal_form(TEXT.upper() + "!!")) == fingerprint_of(normal_form(TEXT))
    assert fingerprint_of(normal_form("Thanks!")) == ""


def test_only_links_to_elsewhere_count():
    html = '<a href="https://www.shop.example/a" rel="nofollow">x</a> <a href="/t/1/">y</a>'
    html += '<a href="https://ours.example/t/1/">z</a>'

    assert hosts_of(html, "", own=frozenset({"ours.example"})) == ("shop.example",)
    assert hosts_of("", "see HTTPS://shop.example/x", own=frozenset()) == ("shop.example",)
