"""Forms of search. They carry text in and errors out; services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SynonymsForm(forms.Form):
    """Words that mean the same."""

    words = forms.CharField(
        label=_("Words that mean the same"),
        help_text=_("With commas between them: cable loom, harness, wiring. Each of them then finds the others."),
        error_messages={"required": _("Give at least two words that mean the same.")},
        max_length=1300,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off", "dir": "auto"}),
    )

    def word_list(self) -> list[str]:
        """Return the words between the commas."""
        return [word.strip() for word in self.data.get("words", "").split(",") if word.strip()]

    def errors_add(self, field: str | None, reason: Any) -> None:
        """Put a service's refusal beside its field, or above the form."""
        self.add_error(field if field in self.fields else None, str(reason))
