"""Why a moderator takes something down or warns somebody, with what the member is told, in their language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


@dataclass(frozen=True, kw_only=True)
class ReasonTemplate:
    """One reason to choose; the text may be changed before it is sent."""

    code: str
    label: "str | Promise"
    text: "str | Promise"


TEMPLATES = (
    ReasonTemplate(
        code="advertising",
        label=_("Advertising"),
        text=_(
            "Your text advertises something. Facts that help are welcome here; prices, codes and shop links are not."
        ),
    ),
    ReasonTemplate(
        code="spam",
        label=_("Spam"),
        text=_("Your text was taken down because we take it for spam. If that is wrong, write to us."),
    ),
    ReasonTemplate(
        code="off_topic",
        label=_("Off topic"),
        text=_("Your text does not belong to this topic. You are welcome to start one of its own."),
    ),
    ReasonTemplate(
        code="rude",
        label=_("Rude"),
        text=_("Your text hurts somebody. Say it again about the matter, not the person, and it can stay."),
    ),
    ReasonTemplate(
        code="personal",
        label=_("Personal data"),
        text=_("Your text shows personal data, such as an address or a serial number. Please write it without."),
    ),
    ReasonTemplate(
        code="repeated",
        label=_("Posted more than once"),
        text=_("You wrote the same in several places. Once is enough: people read it."),
    ),
    ReasonTemplate(
        code="other",
        label=_("Something else"),
        text=_("Your text does not keep to the house rules."),
    ),
)
by_code = {template.code: template for template in TEMPLATES}
_FOR_SCREEN = {"newcomer_links": "advertising", "many_links": "advertising", "repeated": "repeated", "burst": "spam"}
_FOR_FLAG = {"spam": "spam", "off_topic": "off_topic", "rude": "rude", "personal": "personal"}


def template_text(code: str, language: str) -> str:
    """Return what a member who reads `language` is told. Raises: LookupError for an unknown code."""
    with override(language or "en"):
        return str(by_code[code].text)


def likely_reason(screens: Iterable[str], flags: Iterable[str]) -> str:
    """Return the code to offer first: what members said, else what screening found."""
    codes = [_FOR_FLAG[flag] for flag in flags if flag in _FOR_FLAG]
    codes += [_FOR_SCREEN[name] for name in screens if name in _FOR_SCREEN]
    return codes[0] if codes else "other"


def reason_label(code: str) -> str:
    """Return the name of a reason in the reader's language; empty for none."""
    return str(by_code[code].label) if code in by_code else ""
