"""How much a report counts, in tenths. Pure: figures in, figure out."""

STAFF = 60
KNOWN = 20
NEW = 10
JUDGED = 5
"""Settled reports from which on somebody's record counts."""
USELESS = 0.25
"""Whoever was right less often than this counts nothing any more."""


def weight_of(*, is_staff: bool, is_known: bool, upheld: int, refused: int) -> int:
    """Return the weight of one report: a colleague's hides at once, a good record counts half as much again.

    Args:
        is_known: trusted, or with texts that everybody sees.
        upheld, refused: how this member's earlier reports ended.
    """
    if is_staff:
        return STAFF
    base, settled = KNOWN if is_known else NEW, upheld + refused
    if settled < JUDGED:
        return base
    share = upheld / settled
    return 0 if share < USELESS else round(base * (0.5 + share))
