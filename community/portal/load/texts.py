"""Sentences, names and tags for a large community: put together from parts, the same for the same dice."""

import random
from dataclasses import dataclass

from community.core.markup import COOKER_VERSION
from community.members.writing import text_preview

POOL = 300
_FIRST = """
ada alba andre bella bruno carla cesar dana diego elena emil fatima felix greta hana hugo ines ivan jana jorge
kira leon lucia mara marco nadia nico olga oscar paula pedro rita ruben sara simon tania tomas vera victor
yara
"""
_LAST = """
alvarez becker costa dubois ferrari garcia hansen ito jensen kovacs lopez meyer nunez olsen perez quint rossi
silva tanaka ueda vargas weber young zeller
"""
_TAGS = """
noise filter app wifi firmware warranty battery sensor display schedule export billing account update pairing
reset manual cleaning vacation alexa api webhook spare-part shipping
"""
FIRST, LAST, TAGS = _FIRST.split(), _LAST.split(), _TAGS.split()
_WHO = ("The fan", "My device", "The app", "The second filter", "The sensor in the hall", "Our meter", "The timer")
_DOES = ("stops", "starts again", "shows an old value", "loses its settings", "hums", "blinks twice", "stays silent")
_WHEN = (
    "after the last update",
    "when the door opens",
    "every night at three",
    "as soon as I leave the house",
    "on the first day of the month",
    "since we changed the router",
    "while the other one is running",
)
_TRIED = (
    "I have tried to reset it twice, and nothing changed.",
    "Support told me to wait a day, so I did.",
    "It helps to unplug it for **ten minutes**, but not for long.",
    "The manual says `mode 3`, which mine does not have.",
    "What do others do about it?",
    "It worked for a year before that.",
    "- hold the button\n- count to five\n- let it go",
    "> It is the cable, most of the time.\n\nNot this time.",
)


@dataclass(frozen=True)
class Text:
    """A post's text, as written and cooked."""

    raw: str
    cooked: str
    version: int = COOKER_VERSION


def title_of(dice: random.Random) -> str:
    """Return a title."""
    return f"{dice.choice(_WHO)} {dice.choice(_DOES)} {dice.choice(_WHEN)}"


def texts_of(dice: random.Random) -> list[Text]:
    """Return texts of one to nine paragraphs, short ones most. Queries: 0."""
    return [_text(dice) for _ in range(POOL)]


def _text(dice: random.Random) -> Text:
    paragraphs = [
        " ".join(f"{dice.choice(_WHO)} {dice.choice(_DOES)} {dice.choice(_WHEN)}." for _ in range(dice.randint(1, 3)))
        if dice.random() < 0.6
        else dice.choice(_TRIED)
        for _ in range(min(9, int(dice.expovariate(0.45)) + 1))
    ]
    raw = "\n\n".join(paragraphs)
    return Text(raw, text_preview(raw).html)
