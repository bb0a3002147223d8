"""A conflict that carries the other side, so that a page can show it and nothing is lost."""

from django.utils.translation import gettext_lazy as _

from community.core.errors import Conflict
from forums.models import Draft


class DraftConflict(Conflict):
    """Another tab or device saved this draft since."""

    def __init__(self, current: Draft | None) -> None:
        super().__init__(_("This draft was changed in another window."))
        self.current = current
        """The draft as it is stored; None when it was sent or discarded there."""
