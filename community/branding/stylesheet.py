"""A brand as a style sheet: values of tokens, never rules."""

import hashlib
from dataclasses import dataclass

from community.branding.colours import accent_of, marker_of

SYSTEM = (
    '-apple-system, "Segoe UI Variable Display", "Segoe UI", Roboto, "Inter Display", Inter, "Noto Sans", '
    "system-ui, sans-serif"
)
HEAD_FONTS: dict[str, tuple[str, str, str]] = {
    "system": (SYSTEM, "650", "-.014em"),
    "serif": ('Charter, "Iowan Old Style", Cambria, Georgia, serif', "600", "-.008em"),
    "rounded": (
        'ui-rounded, "SF Pro Rounded", "Hiragino Maru Gothic ProN", Quicksand, Nunito, sans-serif',
        "700",
        "-.01em",
    ),
    "mono": ('ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", Menlo, Consolas, monospace', "600", "-.02em"),
}
"""Font choice -> font stack, weight and tracking of headings; all on the reader's machine, so nothing is fetched."""
ROW_PX = {"compact": 8, "regular": 12, "roomy": 16}
CONTROL_PX = {"compact": 32, "regular": 36, "roomy": 40}
DESKTOP = "(width > 45rem) and (pointer: fine)"
"""Density changes controls only here: where fingers press they keep their 44 px."""


@dataclass(frozen=True)
class BrandValues:
    """What a brand may choose; everything else follows."""

    colour: str = "#0b6572"
    colour_2: str = "#f2c230"
    radius_px: int = 4
    density: str = "regular"
    head_font: str = "system"
    colour_dark: str = ""
    """The accent on dark; empty makes it of `colour`."""


def brand_stylesheet(values: BrandValues) -> str:
    """Return the tokens of a brand, colours already made to pass AA. Pure: the same values give the same text."""
    accent = accent_of(values.colour, values.colour_dark)
    marker_light, marker_dark = marker_of(values.colour_2)
    family, weight, track = HEAD_FONTS[values.head_font]
    tokens = {
        "brand": f"light-dark({accent.on_light}, {accent.on_dark})",
        "on-brand": f"light-dark({accent.text_on_light}, {accent.text_on_dark})",
        "brand-2": values.colour_2,
        "mark": f"light-dark({marker_light}, {marker_dark})",
        "radius": f"{values.radius_px}px",
        "row": f"{ROW_PX[values.density]}px",
        "font-head": family,
        "head-weight": weight,
        "head-track": track,
    }
    lines = "".join(f"--{name}: {value};" for name, value in tokens.items())
    control = f"@media {DESKTOP} {{:root {{--control: {CONTROL_PX[values.density]}px}}}}"
    return f"@layer brand {{:root {{{lines}}}{control if values.density != 'regular' else ''}}}"


def stylesheet_hash(text: str) -> str:
    """Return the name under which a style sheet may be cached for ever."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
