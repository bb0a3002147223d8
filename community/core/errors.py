"""The errors services raise; a page shows their translated sentence, the log gets ids only."""

from django.utils.functional import Promise


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


class Gone(DomainError):
    """It was here and was taken down; answered as 410."""


class TooMany(DomainError):
    """A rate limit was reached; answered as 429 with Retry-After of `retry_after_s` seconds."""

    def __init__(self, reason: "str | Promise", retry_after_s: int) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s
