"""Forms of the sync's pages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from crm_sync.connectors import connector_class
from crm_sync.connectors.base import CONTACT, IDEA, NOTE, VOTE
from crm_sync.engine.merging import owner_of
from crm_sync.models import Connection, Rule
from crm_sync.selectors import category_choices
from crm_sync.words import kind_words

_CREDENTIAL = "credential_"


NAME_OWNERS = [
    ("ours", _("Ours: the CRM's change is put right")),
    ("crm", _("The CRM's: it becomes the member's name here")),
    ("newest", _("Whichever changed last")),
    ("manual", _("Nobody's: it is noted and left as it is")),
]


class ConnectionForm(forms.Form):
    """A connection; the credentials its CRM asks for are added, and never shown again."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As your team calls it: Tryton, support."))
    endpoint = forms.CharField(label=_("Address"), max_length=300, validators=[URLValidator(["https", "http"])])
    legal_basis = forms.ChoiceField(
        label=_("Legal basis"),
        choices=Connection.LegalBasis.choices,
        widget=forms.RadioSelect,
        help_text=_("By contract every member is sent; by consent only those who agreed in their settings."),
    )
    enabled_kinds = forms.MultipleChoiceField(label=_("What is sent"), widget=forms.CheckboxSelectMultiple)
    timeline_rule = forms.ChoiceField(
        label=_("What members do"),
        choices=Connection.TimelineRule.choices,
        widget=forms.RadioSelect,
        help_text=_("Added to the member's record in the CRM as notes."),
    )
    match_email = forms.BooleanField(
        label=_("Take over people it knows already"),
        required=False,
        help_text=_("Found by an address the member has confirmed. We add our key and figures; what is there stays."),
    )
    name_owner = forms.ChoiceField(
        label=_("Whose name counts"),
        choices=NAME_OWNERS,
        widget=forms.RadioSelect,
        help_text=_("When a member's name is changed in the CRM. The address is always the member's own."),
    )
    daily_calls = forms.IntegerField(
        label=_("Calls a day"),
        min_value=1,
        required=False,
        help_text=_("The share of the CRM's allowance that is ours. Empty: all of it."),
    )

    def __init__(self, *args: Any, kind: str, crm: Connection | None = None, **kwargs: Any) -> None:
        self.capabilities = connector_class(kind).capabilities(crm.options if crm else {})
        if crm is not None:
            fields = ("name", "endpoint", "legal_basis", "enabled_kinds", "timeline_rule", "daily_calls")
            kwargs["initial"] = {field: getattr(crm, field) for field in fields} | _chosen(crm.options)
        else:
            kwargs["initial"] = {
                "name": self.capabilities.label,
                "legal_basis": Connection.LegalBasis.CONTRACT,
                "enabled_kinds": [name for name in self.capabilities.kinds if name != NOTE],
                "timeline_rule": Connection.TimelineRule.DAILY,
            } | _chosen({})
        super().__init__(*args, **kwargs)
        self._add_credentials(is_new=crm is None)
        if not self.capabilities.kinds[CONTACT].match_email:
            del self.fields["match_email"]
        kinds = [(name, kind_words(name)) for name in self.capabilities.kinds if name != NOTE]
        self.fields["enabled_kinds"].choices = kinds  # type: ignore[attr-defined]
        if NOTE not in self.capabilities.kinds:
            self.fields["timeline_rule"].choices = [  # type: ignore[attr-defined]
                choice for choice in Connection.TimelineRule.choices if choice[0] == Connection.TimelineRule.OFF
            ]
            self.fields["timeline_rule"].help_text = self.capabilities.timeline_reason

    def _add_credentials(self, *, is_new: bool) -> None:
        if not self.capabilities.has_endpoint:
            del self.fields["endpoint"]
        names = [_CREDENTIAL + credential.name for credential in self.capabilities.credentials]
        for name, credential in zip(names, self.capabilities.credentials, strict=True):
            attributes = {"autocomplete": "new-password" if credential.secret else "off"}
            widget = forms.PasswordInput if credential.secret else forms.TextInput
            self.fields[name] = forms.CharField(
                label=credential.label,
                required=is_new,
                widget=widget(attrs=attributes),
                help_text="" if is_new else _("Kept as it is when left empty."),
            )
        self.order_fields(["name", "endpoint", *names])

    def clean_enabled_kinds(self) -> list[str]:
        """Return the kinds; votes by account hang on their ideas. Raises: ValidationError."""
        kinds: list[str] = self.cleaned_data["enabled_kinds"]
        if VOTE in kinds and IDEA not in kinds:
            raise forms.ValidationError(_("Votes by account need the ideas they are for."))
        return kinds

    def values(self) -> dict[str, Any]:
        """Return what the services take."""
        data = self.cleaned_data
        credentials = {
            name.removeprefix(_CREDENTIAL): value for name, value in data.items() if name.startswith(_CREDENTIAL)
        }
        fields = ("name", "legal_basis", "enabled_kinds", "timeline_rule", "daily_calls")
        return {
            **{name: data[name] for name in fields},
            "endpoint": data.get("endpoint", ""),
            "credentials": credentials,
            "options": {name: data[name] for name in ("match_email",) if name in data},
            "owners": {"contact.name": data["name_owner"]},
        }


def _chosen(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "match_email": options.get("match_email", True),
        "name_owner": owner_of(CONTACT, "name", options),
    }


class PauseForm(forms.Form):
    """Why a connection is paused."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, required=False, help_text=_("Colleagues read it beside the connection.")
    )


class DiscardForm(forms.Form):
    """Why records are given up."""

    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("Kept, for those who ask later."))


class WordsField(forms.CharField):
    """Words, separated by commas."""

    def prepare_value(self, value: Any) -> Any:
        """Return the words as they are typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the words, each once, in lower case."""
        given = super().to_python(value) or ""
        return list(dict.fromkeys(word.strip().lower() for word in given.split(",") if word.strip()))


PERIODS = [
    (7, _("the last 7 days")),
    (30, _("the last 30 days")),
    (90, _("the last 90 days")),
    (365, _("the last year")),
    (36_500, _("all time")),
]


class RuleForm(forms.Form):
    """When a question becomes a case by itself, and how far back that reaches."""

    hours = forms.IntegerField(
        label=_("Hours without an answer"),
        min_value=1,
        max_value=8760,
        initial=24,
        help_text=_("What the asker writes is no answer."),
    )
    categories = forms.MultipleChoiceField(
        label=_("Only in these categories"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: in any."),
    )
    tags = WordsField(
        label=_("Only with one of these tags"), required=False, help_text=_("Separated by commas. Empty: with any tag.")
    )
    languages = WordsField(
        label=_("Only in these languages"), required=False, help_text=_("Codes such as en, es. Empty: in any.")
    )
    days = forms.TypedChoiceField(
        label=_("Asked in"),
        coerce=int,
        choices=PERIODS,
        initial=30,
        help_text=_("Older questions are left alone. New ones count from now on."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = category_choices()  # type: ignore[attr-defined]

    @classmethod
    def of(cls, rule: Rule) -> "RuleForm":
        """Return the form filled with a rule; categories that are gone are left out."""
        known = {value for value, _name in category_choices()}
        kept = [category for category in rule.categories if category in known]
        given = {"hours": rule.hours, "categories": kept, "tags": rule.tags, "languages": rule.languages, "days": 30}
        return cls(given)

    def pairs(self) -> list[tuple[str, Any]]:
        """Return names and values of a valid form as a browser would send them."""
        sent = []
        for name, value in self.cleaned_data.items():
            many = value if name == "categories" else [", ".join(value) if isinstance(value, list) else value]
            sent += [(name, one) for one in many]
        return sent
