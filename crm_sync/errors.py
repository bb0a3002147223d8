"""The seven ways a CRM call fails, one exception each, and what the engine does about it.

A connector raises one of these for a whole call, or puts one into a row's `RowResult`. Nothing else may leave a
connector: the table in `connectors/data/<kind>.toml` says which answer of the vendor is which class.
"""

from typing import ClassVar


class CrmError(Exception):
    """Base: `message` is what the CRM said, shortened and masked; it never holds a secret.

    Args:
        message: one line for staff.
        code: the vendor's own code, if it gave one (`429`, `UNABLE_TO_LOCK_ROW`).
        field: the canonical name of the field at fault, if known.
        hint: what cures it, as a key of the connector's `hints`: `tryton.code_taken`.
    """

    failure_class: ClassVar[str]

    def __init__(self, message: str, *, code: str = "", field: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
        self.hint = hint


class Throttled(CrmError):
    """The CRM asks us to wait. The connection pauses `retry_after_s` seconds; no attempt is charged."""

    failure_class = "throttled"

    def __init__(self, message: str, *, retry_after_s: float = 30.0, code: str = "", hint: str = "") -> None:
        super().__init__(message, code=code, hint=hint)
        self.retry_after_s = retry_after_s


class Unreachable(Throttled):
    """No connection could be made, so nothing was sent and nothing was stored."""


class Contention(CrmError):
    """A lock or a concurrent edit; certainly not stored. Retried with jitter in a smaller batch."""

    failure_class = "contention"


class Duplicate(CrmError):
    """The CRM says it has this record already. Looked up by key and linked, or opened as a conflict; never created."""

    failure_class = "duplicate"

    def __init__(self, message: str, *, remote_id: str = "", code: str = "", field: str = "", hint: str = "") -> None:
        super().__init__(message, code=code, field=field, hint=hint)
        self.remote_id = remote_id


class Gone(CrmError):
    """The linked record is deleted, or merged into `survivor_id`. Relinked to the survivor; the old id is kept."""

    failure_class = "gone"

    def __init__(self, message: str, *, survivor_id: str = "", code: str = "", hint: str = "") -> None:
        super().__init__(message, code=code, hint=hint)
        self.survivor_id = survivor_id


class InvalidData(CrmError):
    """A row the CRM will never take as it is. Quarantined alone with its field and hint; the rest lands."""

    failure_class = "invalid"


class Forbidden(CrmError):
    """Credentials or rights. The connection stops and asks an administrator."""

    failure_class = "permission"


class UnknownOutcome(CrmError):
    """Time-out, 5xx or cut reply: stored or not, nobody knows. Read back by key before anything else is sent."""

    failure_class = "unknown"

    def __init__(self, message: str, *, retry_after_s: float = 0.0, code: str = "", hint: str = "") -> None:
        super().__init__(message, code=code, hint=hint)
        self.retry_after_s = retry_after_s


FAILURES: dict[str, type[CrmError]] = {
    error.failure_class: error
    for error in (Throttled, Contention, Duplicate, Gone, InvalidData, Forbidden, UnknownOutcome)
}
"""The seven classes by the name used in the data tables."""
