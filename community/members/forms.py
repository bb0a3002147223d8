"""Forms: sign-up and sign-in on top of allauth's, profile settings, erasure."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from allauth.core import context as allauth_context
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as pgettext

from community.core.errors import Invalid
from community.members.inviting import sign_in_rules
from community.members.models import Member
from community.members.screening import words_judge
from community.members.services import handle_check, name_clean, sign_up_rehearse
from community.privacy.services import CRM_SYNC, consent_set

TWELVE_OR_MORE = _("Twelve characters or more. Paste works.")


def _refuse(form: forms.Form, refused: Invalid) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, str(refused.reason))


def _plain(field: forms.Field) -> None:
    """No placeholder: it repeats the label, and vanishes when one needs it."""
    field.widget.attrs.pop("placeholder", None)


class NameAndHandleMixin(forms.Form):
    """Name and handle, checked by the same rules as the services."""

    def clean_name(self) -> str:
        """Return the name as others will see it."""
        try:
            name = name_clean(self.cleaned_data["name"])
            if getattr(self, "member", None) is None:
                words_judge(Member(handle="", name=name), {"name": name})
            return name
        except Invalid as refused:
            raise forms.ValidationError(str(refused.reason)) from refused

    def clean_handle(self) -> str:
        """Return the handle in lower case; empty leaves it to us."""
        handle: str = self.cleaned_data.get("handle", "").strip().lower().removeprefix("@")
        if not handle:
            return ""
        member: Member | None = getattr(self, "member", None)
        try:
            if member is None:
                words_judge(Member(handle=""), {"handle": handle})
            if member is None or handle != member.handle:
                handle_check(handle, except_member_id=member.pk if member else None)
        except Invalid as refused:
            raise forms.ValidationError(str(refused.reason)) from refused
        return handle


class SignupForm(NameAndHandleMixin, allauth_forms.SignupForm):  # type: ignore[misc]
    """Name, address, and a password or none."""

    field_order = ["name", "email", "handle", "password1", "crm"]

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As others see it."),
    )
    handle = forms.CharField(
        label=_("Handle"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("For @mentions and your profile's address. Left empty, we make one from your name."),
    )
    crm = forms.BooleanField(
        label=_("My posts may be connected with my company's account, so that support knows what I asked"),
        help_text=_("You can change this at any time."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _plain(field)
        self.fields["email"].label = _("Mail address")
        if not sign_in_rules(allauth_context.request.site).mailed_codes:
            self.fields["password1"].required = True
            self.fields["password1"].help_text = TWELVE_OR_MORE
            return
        self.fields["password1"].help_text = _(
            "Twelve characters or more; paste works. Left empty, we mail you a code each time you sign in."
        )

    def try_save(self, request: Any) -> Any:
        """Save, or do the same work for nothing: an address we know must not answer faster."""
        if self.account_already_exists:
            data = self.cleaned_data
            sign_up_rehearse(
                name=data["name"],
                handle=data["handle"],
                password=data.get("password1") or None,
                language=get_language() or settings.LANGUAGE_CODE,
                crm=data["crm"],
            )
        return super().try_save(request)

    def signup(self, request: Any, user: Member) -> None:
        """Keep what the new member chose about the CRM."""
        consent_set(member_id=user.pk, purpose=CRM_SYNC, given=self.cleaned_data["crm"])


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]
    """Address and password; password managers and passkeys find their fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _plain(field)
        self.fields["login"].label = _("Mail address")
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"
        self.fields["password"].required = True
        self.fields["password"].help_text = ""  # the link stands beside the label


class _NewPasswordMixin(forms.Form):
    """One field for a new password: people paste it, and may look at it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        self.fields["password1"].help_text = TWELVE_OR_MORE
        for field in self.fields.values():
            _plain(field)


class ChangePasswordForm(_NewPasswordMixin, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """Old and new password."""


class SetPasswordForm(_NewPasswordMixin, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    """A first password."""


class ResetPasswordKeyForm(_NewPasswordMixin, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password after a mailed link."""


class ProfileForm(NameAndHandleMixin, forms.Form):
    """What a member says about themselves, and how pages reach them."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As others see it."))
    handle = forms.CharField(
        label=_("Handle"),
        max_length=40,
        help_text=_("For @mentions and your profile's address. Old links to your profile stop working."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    title = forms.CharField(
        label=pgettext("of a member", "Title"),
        max_length=80,
        required=False,
        help_text=_("What you do: workshop lead."),
    )
    organisation = forms.CharField(label=_("Organisation"), max_length=120, required=False)
    language = forms.ChoiceField(label=_("Language"), help_text=_("Of mails; pages follow their address."))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    theme = forms.ChoiceField(label=_("Theme"), choices=Member.Theme.choices)
    shortcuts = forms.BooleanField(
        label=_("Single keys do what is printed on buttons"),
        help_text=_("Such as / for the search box; never while you type."),
        required=False,
    )

    def __init__(self, member: Member, data: Any = None) -> None:
        self.member = member
        super().__init__(data, initial={name: getattr(member, name) for name in self.base_fields})
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = [  # type: ignore[attr-defined]
            (zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"
        ]


class AvatarForm(forms.Form):
    """A picture; what it may be, `store_image` decides by its bytes."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG, WebP or GIF, up to 5 MB. We cut it square; where it was taken is removed."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )


class ConsentForm(forms.Form):
    """The member's own choice about the CRM."""

    crm = forms.BooleanField(
        label=_("My posts may be connected with my company's account, so that support knows what I asked"),
        required=False,
    )


class EraseForm(forms.Form):
    """Typing one's handle: nobody erases an account by a slip."""

    handle = forms.CharField(label=_("Your handle, to confirm"), max_length=41)

    def __init__(self, member: Member, data: Any = None) -> None:
        self.member = member
        super().__init__(data)

    def clean_handle(self) -> str:
        """Return the handle when it is the member's."""
        handle: str = self.cleaned_data["handle"].strip().lower().removeprefix("@")
        if handle != self.member.handle:
            raise forms.ValidationError(_("This is not your handle."))
        return handle


class InvitedForm(forms.Form):
    """What an invitation does not say yet."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As others see it."),
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=TWELVE_OR_MORE,
    )


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):  # type: ignore[misc]
    """Mails a code where the site allows it."""

    def clean(self) -> dict[str, Any]:
        """Refuse where everybody signs in with a password."""
        data: dict[str, Any] = super().clean()
        if not sign_in_rules(allauth_context.request.site).mailed_codes:
            raise forms.ValidationError(_("Here one signs in with a password or a passkey."))
        return data


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey; the library's form says in English what its fields are."""

    name = forms.CharField(label=_("Name"), required=False, max_length=100)


class EditPasskeyForm(passkey_forms.EditWebAuthnForm):  # type: ignore[misc]
    """The name of a passkey."""

    name = forms.CharField(label=_("Name"), max_length=100)


class CodeForm(forms.Form):
    """A mailed code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
