"""Forms of colleagues: deciding, voting for a customer, the statuses of a site."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from community.core.markup import MAX_LENGTH
from ideas.forms import RefusableForm
from ideas.models import Status
from ideas.services.behalf import REASON_LENGTH
from ideas.services.statuses import NAME_LENGTH
from ideas.states import Lane, StatusKind


class StatusChangeForm(RefusableForm):
    """Another status, and why."""

    status = forms.TypedChoiceField(label=_("Status"), coerce=int, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Official response"),
        required=False,
        strip=False,
        help_text=_("Stands on top of the idea. Empty: the one that is there stays. Markdown works."),
        widget=forms.Textarea(attrs={"class": "in", "rows": 6, "dir": "auto", "maxlength": MAX_LENGTH}),
    )

    def __init__(self, *args: Any, statuses: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = statuses  # type: ignore[attr-defined]


class VoteForForm(RefusableForm):
    """A customer, and where they asked for it."""

    customer = forms.CharField(
        label=_("Customer"),
        max_length=254,
        help_text=_("The handle or the e-mail address of a member."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off", "dir": "auto"}),
    )
    reason = forms.CharField(
        label=_("Where they asked for it"),
        max_length=REASON_LENGTH,
        help_text=_("On a call on 14 November, in case 4711. Only colleagues read it."),
        widget=forms.Textarea(attrs={"class": "in", "rows": 3, "dir": "auto"}),
    )


class StatusForm(RefusableForm):
    """One status of a site; a name field for each language."""

    kind = forms.ChoiceField(
        label=_("Means"),
        choices=StatusKind.choices,
        help_text=_("What follows from it: shipped and declined end the voting."),
    )
    lane = forms.ChoiceField(label=_("On the roadmap"), choices=Lane.choices, required=False)
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=999, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name in %(language)s") % {"language": language},
                max_length=NAME_LENGTH,
                required=False,
                help_text=_("Empty: the usual word."),
            )
        self.order_fields(["kind", *(f"name_{code}" for code, _language in settings.LANGUAGES), "lane", "position"])

    @classmethod
    def of(cls, status: Status) -> "StatusForm":
        """Return the form filled with a status."""
        names = {f"name_{code}": status.names.get(code, "") for code, _language in settings.LANGUAGES}
        return cls(initial={"kind": status.kind, "lane": status.lane, "position": status.position, **names})

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        names = {code: data[f"name_{code}"] for code, _language in settings.LANGUAGES}
        return {"kind": data["kind"], "lane": data["lane"], "position": data["position"], "names": names}
