"""Pages with holes: whatever the text and wherever the nonce stands, a browser unpacks exactly the page."""

import gzip
import secrets

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core.serving.holes import MOST_HOLES, holed_page, nonce_like

WORDS = st.sampled_from(
    [
        '<div class="post">',
        "data-hx-nonce=",
        "</section>",
        "ñandú",
        "AA",
        "A",
        "topic ",
        "\n",
        "0",
        "data-hx-nonce=\x0e",
    ]
)
TEXT = st.lists(WORDS | st.text(max_size=30), max_size=40).map("".join).map(str.encode)


def unpacked(page: object, encoding: str, nonce: bytes) -> bytes:
    packed = page.body(encoding, nonce)  # type: ignore[attr-defined]
    return {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding](packed)


@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
@given(pieces=st.lists(TEXT, min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_any_page_comes_out_with_the_new_nonce_in_every_hole(encoding: str, pieces: list[bytes]) -> None:
    old, new = nonce_like(22), nonce_like(22)

    page = holed_page(old.join(pieces), old)

    assert unpacked(page, encoding, new) == new.join(old.join(pieces).split(old))


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_long_page_with_many_holes_is_smaller_than_its_text(encoding: str) -> None:
    old = nonce_like(22)
    rows = [f'<button data-hx-post="/p/{n}/helpful/" data-hx-nonce="'.encode() for n in range(60)]
    filler = [secrets.token_hex(40).encode() + b"<p>the same words again and again</p>" * 9 for _ in rows]
    body = b"".join(row + old + b'">' + text for row, text in zip(rows, filler, strict=True))

    page = holed_page(body, old)

    for _ in range(3):
        new = nonce_like(22)
        assert unpacked(page, encoding, new) == body.replace(old, new)
    assert len(page.body(encoding, old)) < len(body) / 2


def test_a_page_full_of_holes_is_refused_before_stand_ins_run_out() -> None:
    nonce = nonce_like(22)
    full = nonce.join([b"x"] * (MOST_HOLES + 1))

    with pytest.raises(ValueError, match="holes"):
        holed_page(full, nonce)
    assert len(holed_page(nonce.join([b"x"] * MOST_HOLES), nonce).pieces) == MOST_HOLES


def test_a_page_without_a_nonce_has_no_holes() -> None:
    page = holed_page(b"<p>plain</p>", b"")

    assert unpacked(page, "br", b"") == unpacked(page, "gzip", b"") == b"<p>plain</p>"
    assert len(page.pieces) == 1
