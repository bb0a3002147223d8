"""Forms of moderation. They carry text in and errors out; services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from community.moderation.models import BlockedEntry, Flag, ScreenRule
from community.moderation.reasons import TEMPLATES
from community.moderation.services import TERMS_DAYS


class FlagForm(forms.Form):
    """What is wrong with a thing."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=Flag.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong with it.")},
    )
    text = forms.CharField(
        label=_("In your words"),
        help_text=_("Only moderators read this."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "class": "in area"}),
    )


class SanctionForm(forms.Form):
    """A warning, or a suspension with its term."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[(one.code, one.label) for one in TEMPLATES])
    message = forms.CharField(
        label=_("What they are told"),
        help_text=_("In their language. A suspended member reads it when they sign in."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "class": "in area"}),
    )
    days = forms.ChoiceField(label=_("Term"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = ngettext_lazy("%(count)d day", "%(count)d days", "count")
        terms = [(str(days), words % {"count": days}) for days in TERMS_DAYS]
        self.fields["days"].choices = [*terms, ("", _("until somebody ends it"))]  # type: ignore[attr-defined]
        for name in ("reason", "days"):
            self.fields[name].widget.attrs["class"] = "in"


class RuleForm(forms.Form):
    """What one screen does."""

    screen = forms.CharField(max_length=40, widget=forms.HiddenInput)
    action = forms.ChoiceField(label=_("Then"), choices=ScreenRule.Action.choices)
    limit = forms.IntegerField(label=_("From"), min_value=1, max_value=1000)


class BlockedForm(forms.Form):
    """A word or a domain for the list."""

    kind = forms.ChoiceField(label=_("Kind"), choices=BlockedEntry.Kind.choices)
    value = forms.CharField(label=_("Word or domain"), max_length=120)


class SettingsForm(forms.Form):
    """Target and threshold."""

    target_minutes = forms.IntegerField(label=_("Somebody looks within, minutes"), min_value=5, max_value=10_080)
    hide_score = forms.FloatField(label=_("Reports hide from the score"), min_value=1, max_value=100)
