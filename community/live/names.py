"""What pages call things (`forums.topic:7`), and the groups of the sockets' layer that hear of them."""

import re
from collections.abc import Iterable

BELL = "notifications.bell"
"""A member's own count of news; its id is the member's."""
MEMBER = "members.member"
"""The member behind a socket: a hint of it makes the socket look again who that is. No page asks for it."""
NAMES_MAX = 12
"""How many things one page may hear of."""
_NAME = re.compile(r"([a-z_]{1,30}\.[a-z_]{1,30}):([0-9]{1,18})")


def name_of(kind: str, thing_id: int) -> str:
    """Return what pages call a thing."""
    return f"{kind}:{thing_id}"


def group_of(name: str) -> str:
    """Return the group that hears of the thing called `name`."""
    return f"live.{name.replace(':', '.')}"


def names_read(text: str) -> list[tuple[str, int]]:
    """Return kind and id of each well-formed name in a comma-separated list, at most NAMES_MAX; drops the rest."""
    matches: Iterable[re.Match[str] | None] = (_NAME.fullmatch(name) for name in text[:1000].split(","))
    found = dict.fromkeys((match[1], int(match[2])) for match in matches if match)
    return list(found)[:NAMES_MAX]
