"""What ideas write into the log. Ids, numbers and choices only."""

from dataclasses import dataclass

from community.activity.types import activity_type


@activity_type("ideas.idea_shared", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class IdeaShared:
    """An idea became visible; its author's vote is `vote_cast`."""

    board_id: int
    author_id: int


@activity_type("ideas.idea_held", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class IdeaHeld:
    """An idea waits for review: nobody but its author and moderators sees it, nobody but moderation hears this."""

    board_id: int
    author_id: int
    reasons: tuple[str, ...]
    """Codes of the screens that held it."""


@activity_type("ideas.idea_edited", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class IdeaEdited:
    """The words of an idea changed."""

    author_id: int
    edit_number: int


@activity_type("ideas.idea_hidden", subject="ideas.idea", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class IdeaHidden:
    """A moderator took an idea out of sight."""

    author_id: int


@activity_type("ideas.idea_restored", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class IdeaRestored:
    """A hidden or deleted idea is visible again."""

    author_id: int


@activity_type("ideas.idea_deleted", subject="ideas.idea", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class IdeaDeleted:
    """An idea was deleted by its author or staff."""

    author_id: int


@activity_type("ideas.vote_cast", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class VoteCast:
    """A member voted for an idea, or a colleague did on their behalf."""

    author_id: int
    voter_id: int


@activity_type("ideas.vote_withdrawn", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class VoteWithdrawn:
    """A member took their vote back."""

    author_id: int
    voter_id: int


@activity_type("ideas.duplicate_avoided", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class DuplicateAvoided:
    """A member who was writing an idea voted for this one instead: there is no second one."""

    author_id: int


@activity_type("ideas.idea_followed", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class IdeaFollowed:
    """A member chose to hear of an idea."""

    author_id: int


@activity_type("ideas.idea_unfollowed", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class IdeaUnfollowed:
    """A member chose to hear of an idea no more."""

    author_id: int


@activity_type("ideas.comment_published", subject="ideas.comment")
@dataclass(frozen=True, kw_only=True)
class CommentPublished:
    """A comment became visible."""

    idea_id: int
    number: int
    author_id: int


@activity_type("ideas.comment_held", subject="ideas.comment")
@dataclass(frozen=True, kw_only=True)
class CommentHeld:
    """A comment waits for review: nobody but its author and moderators sees it, nobody but moderation hears this."""

    idea_id: int
    number: int
    author_id: int
    reasons: tuple[str, ...]
    """Codes of the screens that held it."""


@activity_type("ideas.comment_edited", subject="ideas.comment")
@dataclass(frozen=True, kw_only=True)
class CommentEdited:
    """The text of a comment changed."""

    idea_id: int
    number: int
    author_id: int
    edit_number: int


@activity_type("ideas.comment_hidden", subject="ideas.comment", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class CommentHidden:
    """A moderator took a comment out of sight."""

    idea_id: int
    number: int
    author_id: int


@activity_type("ideas.comment_restored", subject="ideas.comment")
@dataclass(frozen=True, kw_only=True)
class CommentRestored:
    """A hidden or deleted comment is visible again."""

    idea_id: int
    number: int
    author_id: int


@activity_type("ideas.comment_deleted", subject="ideas.comment", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class CommentDeleted:
    """A comment was deleted by its author or staff; its number stays taken."""

    idea_id: int
    number: int
    author_id: int


@activity_type("ideas.status_changed", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class StatusChanged:
    """An idea got another status, or an official response."""

    author_id: int
    change_id: int
    before: str
    """Kind of the status it had."""
    after: str
    """Kind of the status it has."""


@activity_type("ideas.ideas_merged", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class IdeasMerged:
    """An idea (the subject) was merged into another."""

    author_id: int
    target_id: int
    merge_id: int


@activity_type("ideas.ideas_unmerged", subject="ideas.idea")
@dataclass(frozen=True, kw_only=True)
class IdeasUnmerged:
    """A merge was undone: the subject stands by itself again."""

    author_id: int
    target_id: int
    merge_id: int


@activity_type("ideas.board_changed", subject="ideas.board", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class BoardChanged:
    """The audience of a board changed: whatever is in it may be seen by others now."""

    ideas: int
