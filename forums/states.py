"""The states of a topic: derived from three facts, never set by hand, and the moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """How the topics of a category behave."""

    QUESTION = "question", _("Questions")
    DISCUSSION = "discussion", _("Discussions")


class State(models.TextChoices):
    """Where a topic stands; a discussion is always open."""

    NEW = "new", _("Unanswered")
    ANSWERED = "answered", _("Answered")
    SOLVED = "solved", _("Solved")
    ESCALATED = "escalated", _("With support")
    OPEN = "open", _("Open")


LEGAL: dict[State, frozenset[State]] = {
    State.NEW: frozenset({State.ANSWERED, State.SOLVED, State.ESCALATED}),
    State.ANSWERED: frozenset({State.NEW, State.SOLVED, State.ESCALATED}),
    State.SOLVED: frozenset({State.NEW, State.ANSWERED, State.ESCALATED}),
    State.ESCALATED: frozenset({State.SOLVED}),
    State.OPEN: frozenset(),
}
"""From a state, the states one event may lead to. `solved` leaves only by taking the acceptance back."""

WAITS = frozenset({State.NEW, State.ANSWERED})
"""The states from which support can be asked to take a question over."""


def state_of(*, kind: str, accepted: bool, escalated: bool, answers: int) -> State:
    """Return the state that follows from the facts of a topic.

    Args:
        kind: the topic's kind.
        accepted: an answer is accepted.
        escalated: support was asked to take it over, ever.
        answers: visible posts by anybody but the asker.
    """
    if kind != Kind.QUESTION:
        return State.OPEN
    if accepted:
        return State.SOLVED
    if escalated:
        return State.ESCALATED
    return State.ANSWERED if answers else State.NEW
