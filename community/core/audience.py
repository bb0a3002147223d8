"""Audience tokens: one idea of who may see a thing, shared by queries, search, feeds, mail and caches.

A thing carries a set of tokens, a viewer carries a set of tokens, and the viewer sees the thing when the sets
meet. Tokens are `public`, `members`, `staff`, `role:<role>`, `group:<id>`, `account:<id>`, `member:<id>`.
"""

import re

PUBLIC = "public"
MEMBERS = "members"
STAFF = "staff"
NOBODY: frozenset[str] = frozenset()

_TOKEN = re.compile(r"public|members|staff|role:[a-z_]+|(group|account|member):[0-9]+")


def member_token(member_id: int) -> str:
    """Return the token that only this member carries."""
    return f"member:{member_id}"


def is_token(text: str) -> bool:
    """Tell whether `text` is a well-formed audience token."""
    return _TOKEN.fullmatch(text) is not None


def may_see(audience: frozenset[str], tokens: frozenset[str]) -> bool:
    """Tell whether a viewer carrying `tokens` sees a thing with this `audience`."""
    return not audience.isdisjoint(tokens)
