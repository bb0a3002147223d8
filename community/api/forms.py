"""Forms of tokens. They carry text in and errors out; services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.api.models import NAME_LENGTH
from community.api.scopes import SCOPES

DAYS = (("30", _("30 days")), ("90", _("90 days")), ("366", _("one year")), ("0", _("does not expire")))


class TokenForm(forms.Form):
    """A new personal token."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("What uses it, so that you know what stops when you revoke it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(label=_("What it is good for"), widget=forms.CheckboxSelectMultiple)
    days = forms.ChoiceField(label=_("Expires after"), choices=DAYS, initial="90")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, f"{label} · {name}") for name, label in SCOPES.items()]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {**self.cleaned_data, "days": int(self.cleaned_data["days"]) or None}


class ApplicationForm(TokenForm):
    """A new token of an application."""

    handle = forms.CharField(
        label=_("Acts as"),
        required=False,
        max_length=40,
        help_text=_("A handle. Without one the application gets a member of its own, without a role."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["name", "handle", "scopes", "days"]
