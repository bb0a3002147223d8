"""Any brand colour gives readable text, controls and focus in both themes (500 colours, yellow and white included)."""

import random

import pytest

from community.branding.colours import (
    AA_TEXT,
    DARK_GROUNDS,
    DARK_INK,
    LIGHT_GROUNDS,
    LIGHT_INK,
    accent_of,
    contrast,
    marker_of,
)

NAMED = ["#ffff00", "#ffffff", "#000000", "#808080", "#ff0000", "#00ff00", "#0000ff", "#00ffff", "#ff00ff", "#0b6572"]
FOCUS_CONTRAST = 3.0


def brand_colours(count: int) -> list[str]:
    """Return `count` colours: the awkward ones, then the same random ones every time."""
    dice = random.Random(7)  # noqa: S311 colours, not secrets
    return NAMED + [f"#{dice.randrange(1 << 24):06x}" for _ in range(count - len(NAMED))]


def test_500_brand_colours_read_at_aa_on_every_ground() -> None:
    for colour in brand_colours(500):
        accent = accent_of(colour)

        for shade, grounds in ((accent.on_light, LIGHT_GROUNDS), (accent.on_dark, DARK_GROUNDS)):
            assert min(contrast(shade, ground) for ground in grounds) >= AA_TEXT, colour
            assert min(contrast(shade, ground) for ground in grounds) >= FOCUS_CONTRAST, colour
        assert contrast(accent.text_on_light, accent.on_light) >= AA_TEXT, colour
        assert contrast(accent.text_on_dark, accent.on_dark) >= AA_TEXT, colour


def test_500_marker_colours_leave_ink_readable() -> None:
    for colour in brand_colours(500):
        on_light, on_dark = marker_of(colour)

        assert contrast(on_light, LIGHT_INK) >= AA_TEXT, colour
        assert contrast(on_dark, DARK_INK) >= AA_TEXT, colour


def test_a_colour_that_reads_is_left_as_it_is() -> None:
    assert accent_of("#0b6572").on_light == "#0b6572"


def test_no_colour_is_refused_with_an_error() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        accent_of("nonsense")
