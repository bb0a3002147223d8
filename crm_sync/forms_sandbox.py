"""Forms of the built-in CRM's page."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_sync.models import SandboxAccount, SandboxCase, SandboxFaults

MINOR_PER_MAJOR = 100


class CaseForm(forms.Form):
    """How the support team says a case stands."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=SandboxCase.State.choices,
        help_text=_("It shows on the topic after the next poll, within half a minute."),
    )


class AccountForm(forms.Form):
    """A company; money is typed in whole currency."""

    name = forms.CharField(label=_("Name"), max_length=160)
    domain = forms.CharField(
        label=_("Mail domain"),
        max_length=120,
        required=False,
        help_text=_("Contacts with an address of this domain belong to the account."),
    )
    plan = forms.CharField(label=_("Plan"), max_length=80, required=False)
    revenue = forms.DecimalField(
        label=_("Revenue a year"), max_digits=14, decimal_places=2, min_value=Decimal(0), required=False
    )
    currency = forms.RegexField(label=_("Currency"), regex=r"^[A-Z]{3}$", initial="EUR")
    owner = forms.CharField(label=_("Owner"), max_length=120, required=False)

    @classmethod
    def of(cls, account: SandboxAccount) -> "AccountForm":
        """Return the form filled with an account."""
        minor = account.revenue_minor
        initial: dict[str, Any] = {name: getattr(account, name) for name in ("name", "domain", "plan", "owner")}
        initial["currency"] = account.currency or "EUR"
        initial["revenue"] = None if minor is None else Decimal(minor) / MINOR_PER_MAJOR
        return cls(initial=initial)

    def values(self) -> dict[str, Any]:
        """Return the columns to write."""
        values = dict(self.cleaned_data)
        revenue = values.pop("revenue")
        values["revenue_minor"] = None if revenue is None else int(revenue * MINOR_PER_MAJOR)
        values["domain"] = values["domain"].strip().lower().removeprefix("@")
        return values


class FaultsForm(forms.Form):
    """Faults on request."""

    next_fault = forms.ChoiceField(
        label=_("Next writing call"),
        choices=[("", _("as the chances below say")), *SandboxFaults.Fault.choices],
        required=False,
        help_text=_("One fault, once; to see what the sync makes of it."),
    )
    slow_ms = forms.IntegerField(label=_("A slow answer takes (ms)"), min_value=0, max_value=20_000, initial=2000)

    def __init__(self, *args: Any, faults: SandboxFaults, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("slow_ms", faults.slow_ms)
        self.initial.setdefault("next_fault", faults.script[0] if faults.script else "")
        for name, label in SandboxFaults.Fault.choices:
            self.fields[f"chance_{name}"] = forms.IntegerField(
                label=_("%(fault)s, in a hundred calls") % {"fault": label},
                min_value=0,
                max_value=100,
                required=False,
                initial=int(faults.chances.get(name, 0)),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse chances that add up to more than all calls."""
        cleaned = super().clean() or {}
        if sum(self.chances().values()) > 100:
            raise forms.ValidationError(_("Together the chances are more than a hundred."))
        return cleaned

    def chances(self) -> dict[str, int]:
        """Return the chances that are not zero."""
        named = {name: self.cleaned_data.get(f"chance_{name}") or 0 for name in SandboxFaults.Fault.values}
        return {name: chance for name, chance in named.items() if chance}
