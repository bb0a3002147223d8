"""Words for what the sync does: kinds, durations, counts. Causes have theirs in `cures.py`."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext

Words = str | Promise

KINDS: dict[str, Words] = {
    "contact": gettext_lazy("Members"),
    "case": gettext_lazy("Cases"),
    "idea": gettext_lazy("Ideas"),
    "vote": gettext_lazy("Votes by account"),
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


HAPPENED: dict[str, tuple[Words, str, str]] = {
    "created": (gettext_lazy("Added there"), "arrow-right", "ok"),
    "updated": (gettext_lazy("Changed there"), "arrow-right", "ok"),
    "erased": (gettext_lazy("Erased there"), "arrow-right", "ok"),
    "unchanged": (gettext_lazy("Nothing to change"), "circle-check", "mute"),
    "throttled": (gettext_lazy("Told to wait"), "clock", "warn"),
    "contention": (gettext_lazy("Locked there"), "lock", "warn"),
    "duplicate": (gettext_lazy("There already"), "copy", "warn"),
    "gone": (gettext_lazy("Gone there"), "circle-slash", "warn"),
    "invalid": (gettext_lazy("Refused"), "circle-x", "bad"),
    "permission": (gettext_lazy("Refused us"), "lock", "bad"),
    "unknown": (gettext_lazy("Outcome unknown"), "circle-question-mark", "warn"),
}
"""What an attempt did with a record, or the class it failed with: words, mark and tone."""


def happened_words(action: str, failure_class: str) -> tuple[Words, str, str]:
    """Return words, icon and tone of what became of a record."""
    return HAPPENED.get(failure_class or action, (action, "circle-alert", "warn"))
