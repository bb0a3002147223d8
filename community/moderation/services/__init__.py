"""What can be done in moderation. Each function owns its transaction and records what it did."""

from community.moderation.services.desk import ScreeningDesk, traces_expire
from community.moderation.services.flags import flag_create
from community.moderation.services.opening import review_open
from community.moderation.services.outcomes import outcomes_tell
from community.moderation.services.reviews import (
    Ruling,
    decision_undo,
    review_claim,
    review_decide,
    review_note,
    review_release,
    review_skip,
)
from community.moderation.services.rules import blocked_add, blocked_remove, rule_set, settings_set
from community.moderation.services.sanctions import (
    TERMS_DAYS,
    member_suspend_for,
    member_warn,
    suspension_lift,
    suspensions_end,
)
from community.moderation.services.waves import SUSPENDED_DAYS, wave_hide
from community.moderation.undoing import UNDO_WITHIN

__all__ = [
    "SUSPENDED_DAYS",
    "TERMS_DAYS",
    "UNDO_WITHIN",
    "Ruling",
    "ScreeningDesk",
    "blocked_add",
    "blocked_remove",
    "decision_undo",
    "flag_create",
    "member_suspend_for",
    "member_warn",
    "outcomes_tell",
    "review_claim",
    "review_decide",
    "review_note",
    "review_open",
    "review_release",
    "review_skip",
    "rule_set",
    "settings_set",
    "suspension_lift",
    "suspensions_end",
    "traces_expire",
    "wave_hide",
]
