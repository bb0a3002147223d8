"""What the log hears of members."""

from dataclasses import dataclass

from community.activity.types import activity_type


@activity_type("members.member_joined", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class MemberJoined:
    """A member became visible: the address was confirmed, or an importer brought an unclaimed author."""

    state: str
    """`active` or `unclaimed`."""


@activity_type("members.member_updated", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class MemberUpdated:
    """Something a stranger may depend on changed: profile, address, roles, state, account, groups or consent."""

    fields: tuple[str, ...]
    """Names of what changed, never values."""


@activity_type("members.member_erased", subject="members.member", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class MemberErased:
    """The person behind the id is gone; whoever holds a copy overwrites it."""


@activity_type("members.member_seen", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class MemberSeen:
    """The member used the site; at most once a day."""
