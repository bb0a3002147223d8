"""What moderation writes into the log. Ids, numbers and codes only."""

from dataclasses import dataclass

from community.activity.types import activity_type


@activity_type("moderation.change_held", subject="moderation.heldchange")
@dataclass(frozen=True, kw_only=True)
class ChangeHeld:
    """A change of something that stands waits for review; nobody but moderation hears it."""

    author_id: int


@activity_type("moderation.flag_raised", subject="moderation.flag")
@dataclass(frozen=True, kw_only=True)
class FlagRaised:
    """A member reported something; the thing's author is not told."""

    review_id: int
    reason: str


@activity_type("moderation.flag_settled", subject="moderation.flag")
@dataclass(frozen=True, kw_only=True)
class FlagSettled:
    """A report has its outcome, which can no longer be undone: tell who made it."""

    member_id: int
    upheld: bool


@activity_type("moderation.review_decided", subject="moderation.review")
@dataclass(frozen=True, kw_only=True)
class ReviewDecided:
    """A moderator decided what becomes of a thing. It may still be undone for a moment."""

    decision_id: int
    action: str
    author_id: int | None


@activity_type("moderation.review_undone", subject="moderation.review")
@dataclass(frozen=True, kw_only=True)
class ReviewUndone:
    """A moderator took a decision back; all is as before."""

    decision_id: int


@activity_type("moderation.author_told", subject="moderation.decision")
@dataclass(frozen=True, kw_only=True)
class AuthorTold:
    """A decision with a message for the author can no longer be undone: tell them."""

    author_id: int
    action: str


@activity_type("moderation.member_warned", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class MemberWarned:
    """A moderator warned a member."""

    sanction_id: int


@activity_type("moderation.member_suspended", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class MemberSuspended:
    """A moderator suspended a member; `members.member_updated` says the same to whoever keeps their state."""

    sanction_id: int


@activity_type("moderation.suspension_ended", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class SuspensionEnded:
    """A suspension ran out or was lifted."""

    sanction_id: int
