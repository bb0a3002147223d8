"""Pages of moderation: HTTP in, HTTP out."""

from community.moderation.views.people import flag_create, flag_list, member
from community.moderation.views.queue import decision_undo, queue, review, review_decide
from community.moderation.views.rules import log, rules, wave

__all__ = [
    "decision_undo",
    "flag_create",
    "flag_list",
    "log",
    "member",
    "queue",
    "review",
    "review_decide",
    "rules",
    "wave",
]
