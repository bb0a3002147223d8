"""What members write about ideas is judged before anybody sees it; imports and the seed are not."""

from community.activity.screening import Verdict, Writing, screen
from community.core.markup import Cooked
from community.members.models import Member

IDEA, COMMENT = "ideas.idea", "ideas.comment"
"""Kinds of subjects."""


def text_judge(
    *, kind: str, member: Member, site_id: int, text: str, cooked: Cooked, subject_id: int | None = None, origin: str
) -> Verdict:
    """Return what is to become of a text. Raises: Invalid when it is refused. Queries: 3 as a rule, 0 for an import."""
    writing = Writing(kind=kind, author=member, text=text, html=cooked.html, site_id=site_id, subject_id=subject_id)
    return screen(writing, origin=origin)
