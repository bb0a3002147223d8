"""What the log hears of consent."""

from dataclasses import dataclass

from community.activity.types import activity_type


@activity_type("privacy.consent_changed", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class ConsentChanged:
    """A member answered, or changed an answer."""

    purpose: str
    given: bool
