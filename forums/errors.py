"""Conflicts that carry both sides, so that a page can show them and nothing is lost."""

from django.utils.translation import gettext_lazy as _

from community.core.errors import Conflict
from forums.models import Draft


class EditConflict(Conflict):
    """Somebody changed the post since the member opened it."""

    def __init__(self, *, mine: str, theirs: str, edit_number: int, title: str = "") -> None:
        super().__init__(_("Somebody changed this post while you were writing. Compare both texts, then save again."))
        self.mine = mine
        self.theirs = theirs
        self.title = title
        """The topic's title as it is now; only for its first post."""
        self.edit_number = edit_number
        """What the next attempt must name."""


class DraftConflict(Conflict):
    """Another tab or device saved this draft since."""

    def __init__(self, current: Draft | None) -> None:
        super().__init__(_("This draft was changed in another window."))
        self.current = current
        """The draft as it is stored; None when it was sent or discarded there."""
