"""What reputation writes into the log."""

from dataclasses import dataclass

from community.activity.types import activity_type


@activity_type("reputation.level_changed", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class LevelChanged:
    """A member reached another level, up or down."""

    level_id: int
    previous_level_id: int | None
    points: int
    rose: bool = True
