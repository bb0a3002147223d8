"""Whether what a member wrote is to be seen, and by whom: one rule for every kind, as tokens and as query filters.

Things (topics, ideas) stand in a place (a category, a board) that has an audience, and have parts (posts, comments).
A contract test compares tokens and filters for every kind.
"""

from typing import Any, Protocol

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.activity.screening import Verdict
from community.core.audience import MEMBERS, PUBLIC, member_token
from community.members.audience import tokens_of

OVERSEERS = frozenset({"role:moderator", "role:administrator"})
"""Tokens that see every place, and what is hidden."""

OPEN_TO_MEMBERS = (PUBLIC, MEMBERS)
"""Audiences every member belongs to: there, authors keep seeing what was hidden of theirs."""


class Visibility(models.TextChoices):
    """Whether a thing or a part of it is to be seen."""

    VISIBLE = "visible", _("Visible")
    HIDDEN = "hidden", _("Hidden by a moderator")
    HELD = "held", _("Held for review")
    DELETED = "deleted", _("Deleted")


_OWN = (Visibility.HIDDEN, Visibility.HELD)


class Written(Protocol):
    """A thing or a part, as far as its audience goes."""

    visibility: Any
    author_id: Any


def oversees(viewer: Any) -> bool:
    """Tell whether `viewer` sees every place and what is hidden or deleted. Queries: 0."""
    return not OVERSEERS.isdisjoint(tokens_of(viewer))


def visibility_of(verdict: Verdict) -> dict[str, object]:
    """Return the columns of a new thing or part that follow from a verdict."""
    if verdict.passes:
        return {"visibility": Visibility.VISIBLE, "is_unseen": False}
    return {"visibility": Visibility.HELD, "is_unseen": True}


def thing_audience(thing: Written, audience: str) -> frozenset[str]:
    """Return the tokens of a thing in a place with this audience.

    A hidden thing is seen by those who oversee, and by its author where every member may read.
    """
    if thing.visibility == Visibility.VISIBLE:
        return OVERSEERS | {audience}
    if thing.visibility in _OWN and audience in OPEN_TO_MEMBERS:
        return OVERSEERS | {member_token(thing.author_id)}
    return OVERSEERS


def part_audience(part: Written, thing: Written, audience: str) -> frozenset[str]:
    """Return the tokens of a part of a thing in a place with this audience."""
    whole = thing_audience(thing, audience)
    if part.visibility == Visibility.VISIBLE:
        return whole
    own = thing_audience(part, audience)
    return own if thing.visibility == Visibility.VISIBLE else whole & own


def shown_to(viewer: Any, *, place: str, owned: str = "") -> Q:
    """Return the filter for things in places open to `viewer`: visible ones, and their own as `thing_audience` says.

    Args:
        place: path of the place, ending in `__`.
        owned: path of the thing, when it is not the row itself. Of parts, ask for both.
    """
    shown = Q(**{f"{owned}visibility": Visibility.VISIBLE})
    tokens = tokens_of(viewer)
    if MEMBERS in tokens:
        own = {f"{owned}author_id": viewer.pk, f"{owned}visibility__in": _OWN, f"{place}audience__in": OPEN_TO_MEMBERS}
        shown |= Q(**own)
    return Q(**{f"{place}audience__in": tokens}) & shown
