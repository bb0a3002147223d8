"""What members write about themselves is judged before others see it."""

from collections.abc import Mapping
from typing import Any

from community.activity.screening import Verdict, Writing, change_hold, noted, screen
from community.members.models import Member

KIND = "members.member"
WORDS = ("name", "handle", "title", "organisation")
"""The fields others read."""


def words_judge(member: Member, words: Mapping[str, str]) -> Verdict:
    """Judge words of a profile. Raises: Invalid beside the field when they are refused."""
    text = "\n".join(words.values())
    field = next(iter(words), "name") if len(words) == 1 else "name"
    return screen(Writing(kind=KIND, author=member, text=text, subject_id=member.pk, field=field))


def profile_screen(viewer: Member, member: Member, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be changed at once; words that do not pass are held apart. Raises: Invalid for refused ones.

    What an administrator writes into somebody else's profile passes.
    """
    words = {name: cleaned[name] for name in WORDS if cleaned.get(name) and cleaned[name] != getattr(member, name)}
    if not words or viewer.pk != member.pk:
        return dict(cleaned)
    verdict = words_judge(member, words)
    if verdict.passes:
        noted(verdict, subject_id=member.pk)
        return dict(cleaned)
    change_hold(verdict, subject_id=member.pk, change=words)
    return {name: value for name, value in cleaned.items() if name not in words}


def name_screen(member: Member) -> None:
    """Judge the name of a new member: one that does not pass waits, and they go by their handle meanwhile.

    Call it in the transaction that makes the member. Raises: Invalid for a refused name.
    """
    verdict = words_judge(member, {"name": member.name})
    if verdict.passes:
        return
    change_hold(verdict, subject_id=member.pk, change={"name": member.name})
    member.name = member.handle
    member.save(update_fields=["name"])
