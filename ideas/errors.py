"""Conflicts that carry both sides, so that a page can show them and nothing is lost."""

from django.utils.translation import gettext_lazy as _

from community.core.errors import Conflict


class EditConflict(Conflict):
    """Somebody changed the words since the member opened them."""

    def __init__(self, *, mine: str, theirs: str, edit_number: int, title: str = "") -> None:
        super().__init__(_("Somebody changed this while you were writing. Compare both texts, then save again."))
        self.mine = mine
        self.theirs = theirs
        self.title = title
        """The idea's as it is now; empty for a comment."""
        self.edit_number = edit_number
        """What the next attempt must name."""
