"""Forms of set-up: one a step, and the one that takes the installation."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.branding.models import BrandSettings
from community.members.forms import TWELVE_OR_MORE
from community.members.inviting import sign_in_rules
from community.members.models import Member
from community.portal.setup.steps import SANDBOX
from community.portal.setup.templates import templates
from crm_sync.connectors import connector_classes

MOST_INVITED = 20


class ClaimForm(forms.Form):
    """The one-time code, and who the administrator is."""

    code = forms.CharField(
        label=_("Set-up code"),
        max_length=20,
        help_text=_("The server printed it when it started."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As others see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(label=_("Mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"),
        help_text=TWELVE_OR_MORE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class StepForm(forms.Form):
    """Base: knows the site it is about."""

    def __init__(self, data: Any = None, files: Any = None, *, site: Site) -> None:
        super().__init__(data, files, initial=self.initial_for(site))

    def initial_for(self, site: Site) -> dict[str, Any]:
        """Return what is chosen already."""
        return {}


class NameForm(StepForm):
    """Name, sentence and logo."""

    name = forms.CharField(label=_("Name of the community"), max_length=60, help_text=_("Mostly your company's."))
    tagline = forms.CharField(
        label=_("Heading of the home page"),
        max_length=120,
        required=False,
        help_text=_("Whom people ask here: “Ask the people who use it every day”."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG, WebP or GIF, up to 5 MB. Without one, the name stands there."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )

    def initial_for(self, site: Site) -> dict[str, Any]:
        """Return the present name and heading."""
        brand = BrandSettings.for_site(site)
        return {"name": brand.name, "tagline": brand.tagline}


class LanguagesForm(StepForm):
    """Which languages readers are offered."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Addresses without a language stay in English, offered or not."),
    )

    def initial_for(self, site: Site) -> dict[str, Any]:
        """Return those offered now."""
        return {"languages": BrandSettings.for_site(site).languages or [code for code, _name in settings.LANGUAGES]}


class SignInForm(StepForm):
    """Who may join, and whether a mailed code is enough."""

    joining = forms.ChoiceField(
        label=_("Who may join"),
        choices=[("open", _("Anybody with a mail address")), ("invited", _("Only by invitation"))],
        widget=forms.RadioSelect,
    )
    mailed_codes = forms.BooleanField(
        label=_("A code by mail is enough to sign in"),
        required=False,
        help_text=_("Without it, everybody has a password or a passkey."),
    )

    def initial_for(self, site: Site) -> dict[str, Any]:
        """Return the present rules."""
        rules = sign_in_rules(site)
        return {"joining": "invited" if rules.by_invitation else "open", "mailed_codes": rules.mailed_codes}


class CategoriesForm(StepForm):
    """A template."""

    template = forms.ChoiceField(label=_("Begin with"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, files: Any = None, *, site: Site) -> None:
        super().__init__(data, files, site=site)
        language = get_language() or settings.LANGUAGE_CODE
        self.fields["template"].choices = [  # type: ignore[attr-defined]
            (key, f"{template.name_in(language)}: {template.words_in(language)}")
            for key, template in templates().items()
        ]

    def initial_for(self, site: Site) -> dict[str, Any]:
        """Begin with the first."""
        return {"template": next(iter(templates()))}


class TeamForm(StepForm):
    """Addresses, and what those people may do."""

    addresses = forms.CharField(
        label=_("Mail addresses"),
        help_text=_("One a line, up to twenty."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Member.Role.choices)

    def clean_addresses(self) -> list[str]:
        """Return each address once, in lower case."""
        found = list(
            dict.fromkeys(word.lower() for word in re.split(r"[\s,;]+", self.cleaned_data["addresses"]) if word)
        )
        if len(found) > MOST_INVITED:
            raise ValidationError(_("Twenty at a time."))
        for address in found:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(_("%(address)s is no mail address."), params={"address": address}) from None
        return found


class CrmForm(StepForm):
    """Which CRM."""

    crm = forms.ChoiceField(label=_("Where are your accounts?"), widget=forms.RadioSelect, initial=SANDBOX)

    def __init__(self, data: Any = None, files: Any = None, *, site: Site) -> None:
        super().__init__(data, files, site=site)
        others = [(kind, one.capabilities({}).label) for kind, one in connector_classes().items() if kind != SANDBOX]
        sandbox = (
            SANDBOX,
            _("Sandbox: a made-up CRM on this server, to try every screen. Nothing leaves the machine."),
        )
        self.fields["crm"].choices = [*others, sandbox]  # type: ignore[attr-defined]

    def initial_for(self, site: Site) -> dict[str, Any]:
        """Begin with the one that needs nothing."""
        return {"crm": SANDBOX}


STEP_FORMS: dict[str, type[StepForm]] = {
    "name": NameForm,
    "languages": LanguagesForm,
    "sign-in": SignInForm,
    "categories": CategoriesForm,
    "team": TeamForm,
    "crm": CrmForm,
}
