"""What to do about a dead letter, one sentence a cause. Words live here; the rows keep only the cause."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CAUSES: dict[str, tuple[Promise, Promise]] = {
    "invalid": (
        _("The CRM refuses a value"),
        _("Correct the field in the community, or change the CRM's rule, then retry."),
    ),
    "duplicate": (
        _("Two records answer to one key"),
        _("Open both records in the CRM, keep one and free the key of the other, then retry."),
    ),
    "gone": (
        _("Deleted in the CRM"),
        _("Retry to create the record again, or discard to leave it deleted."),
    ),
    "conflict": (
        _("In conflict"),
        _("Decide in the CRM which record is the right one, then retry: it is looked up by its key."),
    ),
    "match": (
        _("More than one record there holds this address"),
        _("Merge them in the CRM, or write our key on the right one; then retry."),
    ),
    "adopted": (
        _("Erased here, known to the CRM before"),
        _("What the community wrote is gone from it. Decide in the CRM about the rest, then discard."),
    ),
    "permission": (
        _("Not allowed"),
        _("Give the connection the right to write this kind of record, then retry."),
    ),
    "unknown": (
        _("No clear answer, many times over"),
        _("Look at the last requests: the CRM fails on this record. Ask its administrator, then retry."),
    ),
    "contention": (
        _("Locked by somebody, many times over"),
        _("Find what holds the record in the CRM, then retry."),
    ),
    "erasure": (
        _("An erasure that a person must finish"),
        _("More than one record may hold this person. Erase them in the CRM, then retry."),
    ),
    "contact": (
        _("Its contact is not in the CRM"),
        _("Cure the contact first, then retry."),
    ),
    "lease expired": (
        _("Interrupted again and again"),
        _("The process ended each time it sent this record. Look at the log, then retry."),
    ),
}
OTHER = (_("Failed"), _("Look at the last requests for what happened, then retry."))


def cause_of(last_error: str) -> tuple[Promise, Promise]:
    """Return title and cure for what stands in a dead row's `last_error` (`invalid:email`)."""
    return CAUSES.get(last_error.partition(":")[0], OTHER)
