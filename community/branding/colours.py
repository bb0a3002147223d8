"""Make a brand's colours readable: text and controls at AA on every ground of both themes.

The brand may be any colour, pure yellow and white included. Its hue and as much of its chroma as fits are kept; only
the lightness moves, and only as far as the contrast asks.
"""

from dataclasses import dataclass

from coloraide import Color

AA_TEXT = 4.5
LIGHT_GROUNDS = ("#ffffff", "#f5f7f7", "#eaeeee")
DARK_GROUNDS = ("#0f1315", "#161b1e", "#20272a")
LIGHT_INK, DARK_INK = "#12181b", "#e8edee"
MARKER_SHARE = 0.38
DARK_LIGHTNESS = 0.76
"""An accent on a dark ground begins here: what only just passes looks dull."""
STEP = 0.01
MAX_CHROMA_TINT = 0.02
"""Chroma of the tint under a colleague's answer on the dark theme; the style sheet uses the same figure."""


@dataclass(frozen=True)
class Accent:
    """What the style sheet needs of one brand colour, as hex."""

    on_light: str
    text_on_light: str
    on_dark: str
    text_on_dark: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How one brand colour reads as text on one theme."""

    asked: str
    """The colour as given, hex."""
    contrast: float
    """Of it with the theme's own ground."""
    used: str
    """What pages use: the nearest that reads on every ground."""
    used_contrast: float

    @property
    def passes(self) -> bool:
        """Whether it may be used as it is."""
        return self.asked == self.used


def readings(colour: str, colour_dark: str = "") -> tuple[Reading, Reading]:
    """Return how a brand reads on light and on dark. Raises: ValueError when it is no colour."""
    accent = accent_of(colour, colour_dark)
    return (
        _reading(colour.lower(), accent.on_light, LIGHT_GROUNDS[0]),
        _reading((colour_dark or accent.on_dark).lower(), accent.on_dark, DARK_GROUNDS[0]),
    )


def _reading(asked: str, used: str, ground: str) -> Reading:
    return Reading(asked=asked, contrast=contrast(asked, ground), used=used, used_contrast=contrast(used, ground))


def accent_of(colour: str, colour_dark: str = "") -> Accent:
    """Return the accent for both themes, each with the text colour that goes on it.

    Args:
        colour: hex, `#rrggbb`.
        colour_dark: a colour of its own for dark; empty makes it of `colour`.
    Raises: ValueError when it is no colour.
    """
    on_light = _readable(colour, (*LIGHT_GROUNDS, _tint(colour, 0.974, 0.11, 0.009)), towards=0.0)
    bright = colour_dark or _at_least(colour, DARK_LIGHTNESS)
    on_dark = _readable(bright, (*DARK_GROUNDS, _tint(bright, 0.22, 0.2, MAX_CHROMA_TINT)), towards=1.0)
    return Accent(on_light, _text_on(on_light), on_dark, _text_on(on_dark))


def marker_of(colour: str) -> tuple[str, str]:
    """Return the marker pen for both themes: the second colour, thinned until ink reads on it."""
    return _thinned(colour, LIGHT_GROUNDS[0], LIGHT_INK), _thinned(colour, DARK_GROUNDS[0], DARK_INK)


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast of two colours, 1 to 21."""
    return Color(one).contrast(other, method="wcag21")


def _readable(colour: str, grounds: tuple[str, ...], towards: float) -> str:
    """Return `colour` moved towards black (0) or white (1) until it reads on every ground."""
    shade = Color(colour).convert("oklch")
    if shade.is_nan("hue"):
        shade["hue"] = 0
    while True:
        candidate = shade.clone().fit("srgb").convert("srgb").to_string(hex=True, alpha=False)
        if min(contrast(candidate, ground) for ground in grounds) >= AA_TEXT:
            return candidate
        if abs(shade["lightness"] - towards) < STEP:
            return "#000000" if towards == 0 else "#ffffff"
        shade["lightness"] += STEP if towards else -STEP


def _at_least(colour: str, lightness: float) -> str:
    """Return `colour`, lightened to `lightness` (oklch, 0 to 1) when it is darker."""
    shade = Color(colour).convert("oklch")
    if shade["lightness"] < lightness:
        shade["lightness"] = lightness
    return shade.fit("srgb").convert("srgb").to_string(hex=True, alpha=False)


def _thinned(colour: str, ground: str, ink: str) -> str:
    """Return `colour` over `ground` at the largest share, at most MARKER_SHARE, on which `ink` reads."""
    share = MARKER_SHARE
    while True:
        mixed = Color(ground).mix(colour, share, space="oklab").convert("srgb").fit("srgb")
        shade = mixed.to_string(hex=True, alpha=False)
        if contrast(shade, ink) >= AA_TEXT or share <= STEP:
            return shade
        share -= STEP


def _text_on(ground: str) -> str:
    """Return white, or the accent's own near-black, whichever reads better on `ground`."""
    dark = Color(ground).convert("oklch").set("lightness", 0.2).set("chroma", lambda c: min(c, 0.04))
    near_black = dark.fit("srgb").convert("srgb").to_string(hex=True, alpha=False)
    return max(("#ffffff", near_black), key=lambda text: contrast(text, ground))


def _tint(colour: str, lightness: float, share: float, most: float) -> str:
    """Return the quiet ground the style sheet makes of the colour (`--brand-bg`)."""
    shade = Color(colour).convert("oklch")
    chroma = min(shade["chroma"] * share, most)
    tint = Color("oklch", [lightness, chroma, 0 if shade.is_nan("hue") else shade["hue"]])
    return tint.fit("srgb").convert("srgb").to_string(hex=True, alpha=False)
