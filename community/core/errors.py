"""The errors services raise; a page shows their translated sentence, the log gets ids only."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Base: `reason` is a translated (lazy) sentence a person may read."""

    def __init__(self, reason: "str | Promise") -> None:
        super().__init__(reason)
        self.reason = reason


class Denied(DomainError):
    """The member may not do this; answered as 403."""


class Invalid(DomainError):
    """The input cannot be accepted; answered as 422 beside `field` (None: the whole form)."""

    def __init__(self, reason: "str | Promise", field: str | None = None) -> None:
        super().__init__(reason)
        self.field = field


class Conflict(DomainError):
    """Somebody else changed it first; answered as 409, nothing is overwritten."""


class EditConflict(Conflict):
    """Somebody changed the words since the member opened them; carries both sides, so that nothing is lost."""

    def __init__(self, *, mine: str, theirs: str, edit_number: int, title: str = "") -> None:
        super().__init__(_("Somebody changed this while you were writing. Compare both texts, then save again."))
        self.mine = mine
        self.theirs = theirs
        self.title = title
        """As it is now; empty for words without one."""
        self.edit_number = edit_number
        """What the next attempt must name."""


class Gone(DomainError):
    """It was here and was taken down; answered as 410."""


class TooMany(DomainError):
    """A rate limit was reached; answered as 429 with Retry-After of `retry_after_s` seconds."""

    def __init__(self, reason: "str | Promise", retry_after_s: int) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s
