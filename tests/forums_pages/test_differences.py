"""Differences are true to both texts."""

from hypothesis import given
from hypothesis import strategies as st

from community.core.differences import difference
from forums.quoting import words_quoted

words = st.lists(st.sampled_from(["one", "two", "three", "\n", "four.", "é", "**b**"]), max_size=30).map(" ".join)


@given(before=words, after=words)
def test_what_stayed_and_what_went_is_the_old_text_and_what_came_the_new(before: str, after: str) -> None:
    pieces = difference(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind in ("same", "gone")) == before
    assert "".join(piece.text for piece in pieces if piece.kind in ("same", "new")) == after


def test_long_unchanged_passages_are_cut_to_their_ends() -> None:
    long = " ".join(f"word{number}" for number in range(400))

    pieces = difference(f"{long} old {long}", f"{long} new {long}")

    assert [piece.kind for piece in pieces] == ["gap", "same", "gone", "new", "same", "gap"]


def test_a_changed_phrase_reads_as_one_change() -> None:
    kinds = [piece.kind for piece in difference("take the red wire out", "take a blue cable out")]

    assert kinds == ["same", "gone", "new", "same"]


def test_very_long_texts_are_compared_by_lines_quickly() -> None:
    before = "\n".join(f"line {number} of the log" for number in range(3_000))

    pieces = difference(before, before.replace("line 7 of", "line seven of"))

    assert [piece.kind for piece in pieces if piece.kind in ("gone", "new")] == ["gone", "new"]


def test_quoted_words_keep_who_said_them() -> None:
    assert words_quoted("> long\n> text\n>\n> *[Ann, post 2](/t/1/)*\n\n", " a\n b ") == (
        "> a\n> b\n>\n> *[Ann, post 2](/t/1/)*\n\n"
    )
