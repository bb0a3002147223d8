"""What can be done with ideas. Each function owns its transaction and records what it did."""

from ideas.services.boards import board_create, board_update, statuses_ensure
from ideas.services.comments import (
    comment_create,
    comment_delete,
    comment_edit,
    comment_hide,
    comment_restore,
    comment_visibility_set,
)
from ideas.services.counters import votes_repair
from ideas.services.following import idea_follow
from ideas.services.sharing import (
    idea_delete,
    idea_edit,
    idea_hide,
    idea_restore,
    idea_share,
    idea_visibility_set,
)
from ideas.services.voting import vote_set

__all__ = [
    "board_create",
    "board_update",
    "comment_create",
    "comment_delete",
    "comment_edit",
    "comment_hide",
    "comment_restore",
    "comment_visibility_set",
    "idea_delete",
    "idea_edit",
    "idea_follow",
    "idea_hide",
    "idea_restore",
    "idea_share",
    "idea_visibility_set",
    "statuses_ensure",
    "vote_set",
    "votes_repair",
]
