"""The contract of search engines: nothing typed is an error, nothing stored is markup."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.parsing import MAX_TERMS, parse
from search.port import FACETS
from tests.search.places import PUBLIC, Place

MALFORMED = [
    '"',
    '"""',
    '"unclosed phrase',
    "-",
    "--",
    "-- -- --",
    "tag:",
    "tag:-",
    "-tag:",
    "before:yesterday",
    "before:2026-13-45",
    "after:0000",
    "before:99999",
    "solved:perhaps",
    "(((",
    ")))",
    "AND OR NOT",
    "a AND (b OR",
    "title:*",
    "*",
    "?",
    "kettle~",
    "kettle~999",
    "kettle^1000",
    "[1 TO 2}",
    "{!func}",
    "/.*/",
    "\\",
    "\\\\\\",
    "\x00",
    "kettle\x00",
    "\ud800",
    "\ue000kettle\ue001",
    "a" * 50_000,
    "kettle " * 5_000,
    "-kettle " * 5_000,
    'tag:"a" ' * 500,
    "🫖",
    "ﷺ",
    "i̇stanbul",
    "ß ŉ ǰ",
    "'; DROP TABLE posts; --",
    '{"query": {"match_all": {}}}',
    "https://example.com/a?b=c&d=e#f",
    "C:\\Windows\\system32",
    "error 0x80070005:",
    "\u202ekettle",
    "author:@",
    'author:"two words"',
    "type:nothing",
    "kettle -kettle",
]
VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><iframe src=javascript:alert(1)>',
    "</mark><script>alert(1)</script><mark>",
    "<mark onclick=alert(1)>kettle</mark>",
    "&lt;script&gt;",
    "javascript:alert(1)//kettle",
    "\ue000<b>\ue001",
    "' onmouseover='alert(1)",
    "<!-- kettle -->",
    "{{ kettle }}{% kettle %}",
]
INERT = re.compile(r"[^<>\"']*(<mark>[^<>\"']*</mark>[^<>\"']*)*")
"""Text without anything that could be markup, but for our own."""


def test_whatever_is_typed_is_answered(place: Place) -> None:
    place.fill("kettle")

    for typed in MALFORMED:
        assert place.page(typed, facets=FACETS).total in (0, 1), typed[:40]
        assert place.begun(typed) in ([], [1]), typed[:40]
        assert place.like(typed, typed) in ([], [1]), typed[:40]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.one_of(
        st.text(max_size=80),
        st.lists(
            st.sampled_from(['"', "-", "tag:", "before:", "2026", "kettle", " ", "*", "(", "solved:", ":", "\\", "é"]),
            max_size=12,
        ).map("".join),
    )
)
def test_fuzz(place: Place, typed: str) -> None:
    place.page(typed, facets=("tag",))
    place.begun(typed)
    place.like(typed)


@settings(max_examples=250, deadline=None)
@given(typed=st.text(alphabet=st.characters(), max_size=500))
def test_the_parser_takes_anything(typed: str) -> None:
    tree = parse(typed, synonyms=(("a", "b c"), ("d",), ()))

    assert len(tree.wanted) + len(tree.unwanted) <= MAX_TERMS
    assert all(term.words for term in (*tree.wanted, *tree.unwanted))
    assert 0 <= tree.required <= len(tree.wanted)


def test_titles_and_texts_that_attack_are_inert(place: Place) -> None:
    documents = [
        place.document(number, f"kettle {vector}", f"{vector} kettle {vector}", tags=(vector,))
        for number, vector in enumerate(VECTORS)
    ]
    place.engine.index(documents)
    scope = {"audience": PUBLIC, "site_id": place.site_id, "limit": 50}
    asked = [place.page(f"kettle {vector}").hits for vector in VECTORS]
    asked.append(place.page("kettle").hits)
    asked.append(place.engine.similar("kettle", " ".join(VECTORS), **scope))
    asked.append(place.engine.suggest("kett", **scope)["forums.topic"])

    assert all(asked)
    assert [len(hits) for hits in asked[-3:]] == [len(VECTORS)] * 3
    for hit in (hit for hits in asked for hit in hits):
        assert INERT.fullmatch(hit.title_html), hit.title_html
        assert INERT.fullmatch(hit.snippet_html), hit.snippet_html
        assert "<mark>kettle</mark>" in hit.title_html


def test_snippets_show_the_part_that_fits(place: Place) -> None:
    filler = "Nothing to see here, move along. " * 40
    place.add(1, "Trouble", f"{filler}The kettle whistles off key. {filler}")

    (hit,) = place.page("whistles kettle").hits

    assert "<mark>kettle</mark> <mark>whistles</mark>" in hit.snippet_html
    assert len(hit.snippet_html) < 500
    assert hit.title_html == "Trouble"


def test_a_snippet_of_an_unmarked_text_is_its_beginning(place: Place) -> None:
    place.add(1, "Kettle", "It begins here. " + "And goes on. " * 60)

    (hit,) = place.page("kettle").hits

    assert hit.snippet_html.startswith("It begins here.")
    assert "<mark>" not in hit.snippet_html
    assert len(hit.snippet_html) < 400


def test_very_long_documents_are_taken(place: Place) -> None:
    place.add(1, "kettle", "word " * 60_000 + "x" * 40_000, tags=("t" * 300,))

    assert place.found("kettle") == [1]
