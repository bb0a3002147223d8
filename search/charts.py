"""Charts as numbers for an SVG that the server writes: no script, and every one has its table. Queries: none."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 288, 96
STEPS = (1, 2, 5)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One column with the line of its interval."""

    x: float
    y: float
    height: float
    line: str
    """Path of the interval."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Where lines and bars stand in a box of 288 by 96."""

    top: int
    """What the upper edge stands for."""
    lines: tuple[str, ...] = ()
    """A path for each series."""
    bars: tuple[Bar, ...] = ()
    bar_width: float = 0

    @property
    def half(self) -> str:
        """What the middle stands for."""
        return f"{self.top / 2:g}"


def line_chart(series: Sequence[Sequence[int]]) -> Chart:
    """Return one path a series; all have the same length."""
    top = _top(max((max(values, default=0) for values in series), default=0))
    return Chart(top=top, lines=tuple(_path(values, top) for values in series))


def bar_chart(values: Sequence[tuple[float, float, float]]) -> Chart:
    """Return a column for each (value, least, most)."""
    top = _top(max((most for _value, _least, most in values), default=0))
    step = WIDTH / max(1, len(values))
    width = round(step * 2 / 3, 1)
    bars = [
        Bar(
            x=round(position * step + step / 6, 1),
            y=_y(value, top),
            height=round(HEIGHT - _y(value, top), 1),
            line=f"M{position * step + step / 2:.1f} {_y(most, top)}V{_y(least, top)}",
        )
        for position, (value, least, most) in enumerate(values)
    ]
    return Chart(top=top, bars=tuple(bars), bar_width=width)


def _path(values: Sequence[int], top: int) -> str:
    step = WIDTH / max(1, len(values) - 1)
    if len(values) == 1:
        return f"M0 {_y(values[0], top)}H{WIDTH}"
    return "M" + " ".join(f"{position * step:.1f} {_y(value, top)}" for position, value in enumerate(values))


def _y(value: float, top: int) -> float:
    return round(HEIGHT - HEIGHT * value / top, 1)


def _top(most: float) -> int:
    """Return the next round number: 1, 2 or 5 times a power of ten, doubled so that its half is whole."""
    power = 1
    while True:
        for step in STEPS:
            if 2 * step * power >= most:
                return 2 * step * power
        power *= 10
