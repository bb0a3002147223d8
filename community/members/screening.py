"""What members write about themselves is judged before others see it."""

import string
from collections.abc import Mapping
from typing import Any

from django.utils.crypto import get_random_string

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


def joining_screen(member: Member, words: Mapping[str, str]) -> None:
    """Judge what a new member typed: words that do not pass wait, and they go by a name and handle that say nothing.

    Call it in the transaction that makes the member. Raises: Invalid for refused words.
    """
    verdict = words_judge(member, words)
    if verdict.passes:
        return
    change_hold(verdict, subject_id=member.pk, change={"name": member.name, "handle": member.handle})
    member.name = member.handle = f"member-{get_random_string(8, string.digits)}"
    member.save(update_fields=["name", "handle"])
