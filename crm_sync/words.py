"""Words for what the sync does: durations, purposes, causes and their cures. Sentences, because people read them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext

Words = str | Promise

KINDS: dict[str, Words] = {
    "contact": gettext_lazy("Members"),
    "case": gettext_lazy("Cases"),
    "activity": gettext_lazy("Timeline"),
    "day": gettext_lazy("Timeline, by day"),
    "note": gettext_lazy("Timeline"),
}


def kind_words(kind: str) -> Words:
    """Return the plural name of a kind of record."""
    return KINDS.get(kind, kind)


def duration_words(seconds: float) -> str:
    """Return a duration in its two largest units: `4 s`, `18 min`, `5 h 18 min`, `2 d 3 h`."""
    whole = max(0, int(seconds))
    days, hours, minutes = whole // 86_400, whole // 3600 % 24, whole // 60 % 60
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(seconds)d s") % {"seconds": whole}


def records_words(count: int) -> str:
    """Return `1 record`, `32 records`."""
    return npgettext("of the CRM", "%(count)d record", "%(count)d records", count) % {"count": count}


@dataclass(frozen=True)
class Cause:
    """Why records wait for a person, and what helps."""

    title: Words
    cure: Words
    act: Words
    """What its button says; the number of records follows."""


_RETRY = gettext_lazy("Retry")
CAUSES: dict[str, Cause] = {
    "invalid": Cause(
        gettext_lazy("The CRM does not take a value"),
        gettext_lazy(
            "Correct it where it is kept, here or in the CRM's own rules, then retry. The others went through."
        ),
        _RETRY,
    ),
    "duplicate": Cause(
        gettext_lazy("The CRM says it has this record already"),
        gettext_lazy("Two records answer to one key. Join them in the CRM, then retry: the one left is linked."),
        _RETRY,
    ),
    "conflict": Cause(
        gettext_lazy("More than one record carries our key"),
        gettext_lazy("Nothing is sent until one is left. Join them in the CRM, then retry."),
        _RETRY,
    ),
    "gone": Cause(
        gettext_lazy("The record was deleted in the CRM"),
        gettext_lazy("Retry to make it anew, or discard to leave it deleted."),
        _RETRY,
    ),
    "permission": Cause(
        gettext_lazy("The CRM refuses the login or its rights"),
        gettext_lazy("Test the connection: it says which right is missing. Then retry."),
        _RETRY,
    ),
    "unknown": Cause(
        gettext_lazy("Outcome unknown"),
        gettext_lazy("No clear answer came, so it may be stored. It is looked up by our key before anything is sent."),
        gettext_lazy("Look up"),
    ),
    "contention": Cause(
        gettext_lazy("The record stayed locked in the CRM"),
        gettext_lazy("Somebody or something there keeps it open. Retry later."),
        _RETRY,
    ),
    "throttled": Cause(
        gettext_lazy("The CRM did not let us through"),
        gettext_lazy("It asked for patience more often than we try. Retry when it is less busy."),
        _RETRY,
    ),
}
OTHER = Cause(
    gettext_lazy("It did not work, and we do not know why"),
    gettext_lazy("Open the last run to see what was asked and answered, then retry."),
    _RETRY,
)


def cause_of(code: str) -> Cause:
    """Return the words for the cause in a dead row: a failure class, perhaps with a detail after a colon."""
    return CAUSES.get(code.partition(":")[0].strip().lower(), OTHER)
