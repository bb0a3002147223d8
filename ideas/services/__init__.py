"""What can be done with ideas. Each function owns its transaction and records what it did."""

from ideas.services.behalf import vote_for
from ideas.services.boards import board_create, board_update, statuses_ensure
from ideas.services.comments import (
    comment_create,
    comment_delete,
    comment_hide,
    comment_restore,
    comment_visibility_set,
)
from ideas.services.counters import votes_repair
from ideas.services.editing import (
    comment_change_apply,
    comment_change_revert,
    comment_edit,
    comment_revise,
    idea_change_apply,
    idea_change_revert,
    idea_edit,
    idea_revise,
)
from ideas.services.following import idea_follow
from ideas.services.merging import ideas_merge, ideas_unmerge
from ideas.services.sharing import (
    idea_delete,
    idea_hide,
    idea_restore,
    idea_share,
    idea_visibility_set,
)
from ideas.services.status import status_change
from ideas.services.statuses import status_delete, status_save
from ideas.services.voting import vote_instead, vote_set

__all__ = [
    "board_create",
    "board_update",
    "comment_change_apply",
    "comment_change_revert",
    "comment_create",
    "comment_delete",
    "comment_edit",
    "comment_hide",
    "comment_restore",
    "comment_revise",
    "comment_visibility_set",
    "idea_change_apply",
    "idea_change_revert",
    "idea_delete",
    "idea_edit",
    "idea_follow",
    "idea_hide",
    "idea_restore",
    "idea_revise",
    "idea_share",
    "idea_visibility_set",
    "ideas_merge",
    "ideas_unmerge",
    "status_change",
    "status_delete",
    "status_save",
    "statuses_ensure",
    "vote_for",
    "vote_instead",
    "vote_set",
    "votes_repair",
]
