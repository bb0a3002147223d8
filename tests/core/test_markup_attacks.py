"""Attack vectors, bombs and random texts: all of it comes out inert, stable and in bounded work."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core.markup import MAX_CELLS, MAX_LENGTH, MAX_MARKS, MAX_NESTING, MAX_TAGS, cook, is_clean, plain_text
from tests.core.inertness import faults

PROJECT = Path(__file__).resolve().parents[2]
VECTORS = Path(os.environ.get("SHARED_DATA") or PROJECT.parent / "shared" / "data") / "xss" / "vectors_own.json"
BUILT_IN = [
    "[x](javascript:window.__pwned=1)",
    "![x](javascript:window.__pwned=1)",
    "<javascript:window.__pwned=1>",
    '<img src=x onerror="window.__pwned=1">',
    "<svg><script>window.__pwned=1</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.__pwned=1>",
    '<a href="jav&#x09;ascript:window.__pwned=1">x</a>',
    '<form action="/accounts/password/change/"><button>x</button></form>',
    '<div hx-get="/x" data-hx-get="/x" hx-trigger="load">x</div>',
    "<style>*{position:fixed}</style>",
    "[x][r]\n\n[r]: javascript:window.__pwned=1",
    "![<img src=x onerror=window.__pwned=1>](/media/x.webp)",
    '<img src="/media/x.webp" alt="<img src=http://e.example onerror=x>">',
    '<a href="https://x.example/<img src=" title="x>">a</a>',
    "`<script>`<script>window.__pwned=1</script>",
    '<noscript><p title="</noscript><img src=x onerror=window.__pwned=1>">',
]
"""A few that stand here, so that the test means something where the vector file is not at hand."""


def resolve(handles: frozenset[str]) -> dict[str, str]:
    """Every handle exists."""
    return {handle: f"/m/{handle}/" for handle in handles}


def vectors() -> list[dict[str, str]]:
    """Return the vectors of the file, each with `id` and `input`."""
    if not VECTORS.is_file():
        pytest.skip(f"no vectors at {VECTORS}: set SHARED_DATA")
    return json.loads(VECTORS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("raw", BUILT_IN)
def test_a_known_attack_is_inert(raw: str) -> None:
    cooked = cook(raw, resolve_mentions=resolve)

    assert faults(cooked.html) == []
    assert is_clean(cooked.html)


def test_all_vectors_are_inert_as_text_inside_text_and_as_html() -> None:
    loaded = vectors()

    bad = {}
    for vector in loaded:
        attack = vector["input"]
        for form in (
            attack,
            f"before {attack} after",
            f"> {attack}\n\n- {attack}",
            f"<p>{attack}</p>",
            f"[{attack}]({attack})",
            f'<a href="{attack}">x</a>',
            f"|a|\n|-|\n|{attack}|",
            f"@ana {attack} https://x.example/{attack}",
        ):
            html = cook(form, resolve_mentions=resolve).html
            wrong = faults(html)
            if wrong or not is_clean(html):
                bad[vector["id"]] = (form, wrong, html)

    assert len(loaded) >= 988
    assert bad == {}


def test_vectors_stay_words_in_plain_text() -> None:
    for vector in vectors():
        html = cook(f"start {vector['input']} end").html

        assert "\x00" not in plain_text(html)


HOSTILE = st.text(
    alphabet=st.sampled_from(list("<>&\"'`*_[]()!#-+.|~:/\\@= \n\tabphrefsonjvscritimgdx0\u00a0\u200b\u2028\x01")),
    max_size=200,
)
PIECES = st.lists(
    st.sampled_from(
        [
            "<a href='",
            "https://x.example/",
            "javascript:x",
            "'>",
            "</a>",
            "<b>",
            "</i>",
            "<p>",
            "<li>",
            "<table><tr><td>",
            "</table>",
            "<img src=",
            "/media/a.webp",
            ">",
            "```",
            "\n\n",
            "\n",
            "> ",
            "- ",
            "1. ",
            "[x](",
            ")",
            "![y](",
            "@ana",
            "&nbsp;",
            "&lt;",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<svg>",
            "<style>",
            "</style>",
            "<math>",
            "<mtext>",
            "<details>",
            "<summary>",
            "|a|b|\n|-|-|\n",
            "~~",
            "**",
            "_",
            "`",
            "\\",
            '"',
            "http://e.example/i.png",
            "<pre>",
            "<code>",
            "</code>",
            "<dl><dt>",
            "<h1>",
            "<q>",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.one_of(HOSTILE, PIECES))
def test_whatever_is_typed_comes_out_inert_and_stable(raw: str) -> None:
    html = cook(raw, resolve_mentions=resolve).html

    assert faults(html) == []
    assert is_clean(html)


BOMBS = {
    "quotes": "> " * 15_000,
    "brackets": "[" * 30_000,
    "pictures": "![" * 15_000,
    "emphasis": "*a **a " * 4_000,
    "lists": "".join("  " * depth + "- a\n" for depth in range(160)),
    "references": "[a]: /x\n\n" + "[a] " * 7_000,
    "half links": "[a](" * 7_000,
    "less than": "<" * 30_000,
    "deep tags": "<div>" * 6_000,
    "deep terms": "<dl><dt>" * 3_700,
    "formatting": "<b><i><u><s>" * 2_400,
    "tables in tables": "<table><tr><td>" * 1_900,
    "wide table": "|a" * 200 + "|\n" + "|-" * 200 + "|\n" + "|\n" * 14_000,
    "headings": "a\n=\n" * 7_400,
    "closing brackets": "http://a.example" + ")" * 29_000,
    "mentions": "@a " * 9_900,
    "entities": "&" * 30_000,
    "backticks": "".join("`" * n + " " for n in range(1, 240)),
    "spaces": " " * 30_000,
    "lines": "\n" * 30_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_small_work(name: str) -> None:
    raw = BOMBS[name][:MAX_LENGTH]

    html = cook(raw, resolve_mentions=resolve).html

    assert faults(html) == []
    assert len(html) <= 20 * len(raw) + 1_000
    assert depth(html) <= 12 * MAX_NESTING + MAX_TAGS


def test_the_limits_bound_what_each_stage_sees() -> None:
    assert cook("[" * (MAX_MARKS + 1)).html.startswith("<pre")
    assert "<b>" not in cook("<b>" * (MAX_TAGS + 1)).html
    assert "<table>" not in cook("|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "|a|\n" * (MAX_CELLS // 100)).html
    assert cook("> " * 50 + "a").html.count("<blockquote") <= MAX_NESTING


def depth(html: str) -> int:
    """Return how deep elements lie in each other, as a bound: opened minus closed, at its highest."""
    deepest = level = 0
    for piece in html.split("<")[1:]:
        level += -1 if piece.startswith("/") else 0 if piece.startswith(("br", "hr", "img")) else 1
        deepest = max(deepest, level)
    return deepest
