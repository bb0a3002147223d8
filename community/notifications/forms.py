"""The settings form: the schedule; the matrix is read by name."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from community.notifications.kinds import kinds
from community.notifications.models import Channel, Preference
from community.notifications.services.choosing import Schedule

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class ScheduleForm(forms.Form):
    """When mails may come."""

    mails = forms.BooleanField(label=_("Send me mails about what is ticked above"), required=False)
    digest = forms.ChoiceField(label=_("How often"), choices=Preference.Digest.choices)
    digest_day = forms.TypedChoiceField(label=_("Day"), coerce=int, choices=list(WEEKDAYS.items()))
    digest_hour = forms.TypedChoiceField(label=_("Hour"), coerce=int, choices=HOURS)
    quiet_from = forms.TypedChoiceField(
        label=_("From"), coerce=int, empty_value=None, required=False, choices=[("", _("no quiet hours")), *HOURS]
    )
    quiet_until = forms.TypedChoiceField(
        label=_("Until"), coerce=int, empty_value=None, required=False, choices=[("", _("no quiet hours")), *HOURS]
    )

    def __init__(self, preference: Preference, data: Any = None) -> None:
        super().__init__(data, initial={name: getattr(preference, name) for name in self.base_fields})

    def clean(self) -> dict[str, Any]:
        """Refuse half of a pair of quiet hours."""
        cleaned: dict[str, Any] = super().clean() or {}
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            self.add_error("quiet_until", _("Quiet hours need a beginning and an end."))
        return cleaned

    @property
    def schedule(self) -> Schedule:
        """What a valid form asks for."""
        return Schedule(**self.cleaned_data)


def matrix_wanted(data: QueryDict) -> dict[tuple[str, str], bool]:
    """Return what a posted matrix says by kind and channel: a box that is missing is off."""
    return {(name, channel): f"{name}.{channel}" in data for name in kinds() for channel in Channel.values}
