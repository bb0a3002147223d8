"""What can earn points. One entry a rule; the numbers live in the table `ReputationRule`, seeded from here.

A rule reads one activity type whose payload carries `author_id` (who made the thing). The points it gave are taken back
when the activity `undone_by` follows on the same thing, and while the thing is hidden or deleted.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HIDING_TYPES = ("forums.post_hidden", "forums.post_deleted", "ideas.idea_hidden", "ideas.idea_deleted")
RESTORING_TYPES = ("forums.post_restored", "ideas.idea_restored")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One way to earn points."""

    type: str
    """The activity type that earns."""
    label: "str | Promise"
    note: "str | Promise"
    """Who gives them, in a few words."""
    author_points: int
    """To the member named by `author_id`."""
    actor_points: int = 0
    """To the member who acted; nothing when the payload names an `asker_id` and somebody else acted."""
    actor_label: "str | Promise" = ""
    """The line on the profile of the member who acted."""
    actor_note: "str | Promise" = ""
    daily_cap: int | None = None
    """Most points one member earns a day (UTC) by this rule from the same giver; None: no limit."""
    undone_by: str = ""
    undone_by_actor: bool = False
    """True: only the undoing of the same actor counts (each member takes back their own vote)."""
    pays_self: bool = False
    """True: pays although the actor made the thing. False: own answers earn nothing."""
    enabled: bool = True


RULES: tuple[Rule, ...] = (
    Rule(
        type="forums.answer_accepted",
        label=_("Answers accepted"),
        note=_("by the person who asked, or by the team"),
        author_points=15,
        actor_points=2,
        actor_label=_("Answers chosen"),
        actor_note=_("for saying what solved the question"),
        daily_cap=60,
        undone_by="forums.answer_unaccepted",
    ),
    Rule(
        type="forums.helpful_given",
        label=_("Marked helpful"),
        note=_("by other members"),
        author_points=2,
        daily_cap=10,
        undone_by="forums.helpful_taken",
        undone_by_actor=True,
    ),
    Rule(
        type="ideas.vote_cast",
        label=_("Votes for your ideas"),
        note=_("by other members"),
        author_points=1,
        daily_cap=5,
        undone_by="ideas.vote_withdrawn",
        undone_by_actor=True,
    ),
    Rule(
        type="forums.post_published",
        label=_("Questions and replies written"),
        note=_("a point each, ten a day at most"),
        author_points=1,
        daily_cap=10,
        pays_self=True,
        enabled=False,
    ),
)

rules_by_type = {rule.type: rule for rule in RULES}

ACTOR = ":actor"
"""Ends the rule's name in what the member who acted earns, so that a profile can tell it apart."""


def rule_named(name: str) -> Rule | None:
    """Return the rule an entry of the ledger was earned by; None for one that no longer exists."""
    return rules_by_type.get(name.removesuffix(ACTOR))


def words_of(name: str) -> tuple["str | Promise", "str | Promise"]:
    """Return label and note of what an entry was earned by."""
    rule = rule_named(name)
    if rule is None:
        return name, ""
    return (rule.actor_label, rule.actor_note) if name.endswith(ACTOR) else (rule.label, rule.note)


WATCHED_TYPES: tuple[str, ...] = tuple(
    dict.fromkeys(
        [rule.type for rule in RULES]
        + [rule.undone_by for rule in RULES if rule.undone_by]
        + [*HIDING_TYPES, *RESTORING_TYPES]
    )
)

DEFAULT_LEVELS: tuple[tuple["str | Promise", int], ...] = (
    (_("Newcomer"), 0),
    (_("Regular"), 50),
    (_("Contributor"), 250),
    (_("Guide"), 1_000),
    (_("Mentor"), 5_000),
)
