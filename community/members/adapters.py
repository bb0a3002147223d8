"""Where django-allauth meets us: how members are made, what mails look like, what a second factor is worth.

The receivers at the end are the only place that listens to allauth's signals; each calls one service.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import login
from django.core.mail import EmailMultiAlternatives
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from community.core.limits import client_ip
from community.core.sealing import seal, unseal
from community.members.inviting import sign_in_rules
from community.members.mails import account_mail, mail_queue
from community.members.models import Member
from community.members.permissions import suspension_sentence
from community.members.reauthentication import needs_mailed_code
from community.members.services import email_changed, member_join, member_sign_up, sessions_end

SUSPENSION_KEY = "suspension_sentence"


def signed_in(request: HttpRequest, member: Member) -> None:
    """Sign in somebody who has just chosen a password on a page that proves who they are."""
    login(request, member, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, member, "password", email=member.email)


def user_display(member: Member) -> str:
    """Return the name allauth's pages and mails use."""
    return member.display_name


def brand_name(request: HttpRequest) -> str:
    """Return the name of the brand this request is for, as pages write it."""
    return render_to_string("members/brand_name.txt", request=request).strip()


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up through our services, mails in the brand's layout and the member's language."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Tell whether anybody may join; where not, members come by invitation."""
        return not sign_in_rules(getattr(request, "site", None) or None).by_invitation

    def save_user(self, request: HttpRequest, user: Member, form: BaseForm, commit: bool = True) -> Member:
        """Make the member of a valid sign-up form; nobody sees them until the address is confirmed."""
        data = form.cleaned_data
        return member_sign_up(
            name=data["name"],
            handle=data.get("handle", ""),
            email=data["email"],
            password=data.get("password1") or None,
            language=translation.get_language() or "en",
        )

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Let the member join once the address is theirs."""
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            member_join(email_address.user)
        return confirmed

    def post_login(self, request: HttpRequest, user: Member, **kwargs: Any) -> HttpResponse:
        """Let a member join whose address was confirmed on the way in: by a mailed code or a reset link."""
        member_join(user)
        return super().post_login(request, user, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: Member) -> HttpResponse:
        """Tell a suspended member, who has just proved who they are, why they cannot come in."""
        if user.state == Member.State.SUSPENDED:
            request.session[SUSPENSION_KEY] = suspension_sentence(user)
        return super().respond_user_inactive(request, user)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask members without password and second factor by a mailed code; the library would let them through.

        Raises: ReauthenticationRequired, which leads to the page that mails the code.
        """
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        if required and needs_mailed_code(self.request):
            raise ReauthenticationRequired
        return required

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to confirm; a mailed code where there is no other."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not ways and user.is_authenticated:
            url = reverse("members:reauthenticate")
            ways = [{"id": "members:reauthenticate", "description": _("Mail me a code"), "url": url}]
        return ways

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that rate limits count."""
        return client_ip(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue one mail of allauth: the answer is the same, and takes as long, for every address."""
        if template_prefix == "account/email/unknown_account":
            suspended = Member.objects.filter(email=email.lower(), state=Member.State.SUSPENDED).first()
            if suspended:
                template_prefix = "account/email/account_suspended"
                context = {**context, "user": suspended, "sentence": suspension_sentence(suspended)}
        mail_queue(self.render_mail(template_prefix, email, context))

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """Return the mail as text and HTML, in the language of the member it is for."""
        request = allauth_context.request
        member = context.get("user") or Member.objects.filter(email=email).first()
        language = member.language if isinstance(member, Member) else translation.get_language()
        full = {**context, "email": email, "request": request}
        with translation.override(language):
            return account_mail(
                template_prefix, to=email, context=full, from_email=self.get_from_email(), headers=headers
            )


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: secrets sealed at rest, named after the brand."""

    def get_totp_issuer(self) -> str:
        """Return what an authenticator app shows beside the code."""
        return brand_name(allauth_context.request)

    def _get_site_name(self) -> str:
        return brand_name(allauth_context.request)

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return unseal(encrypted_text)


def on_email_changed(user: Member, **_signal: Any) -> None:
    """The primary address is another one now."""
    email_changed(user)


def on_second_factor_added(request: HttpRequest, user: Member, authenticator: Authenticator, **_signal: Any) -> None:
    """A second factor came: who set it up has just used it. End all other sessions."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    on_second_factor_changed(request, user)


def on_second_factor_removed(request: HttpRequest, user: Member, **_signal: Any) -> None:
    """A second factor went: this session counts as one without until the next is used. End all other sessions."""
    records = [record for record in get_authentication_records(request, user) if record["method"] != "mfa"]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    on_second_factor_changed(request, user)


def on_second_factor_changed(request: HttpRequest, user: Member, **_signal: Any) -> None:
    """Second factors are others now: end all other sessions."""
    sessions_end(member_id=user.pk, except_key=request.session.session_key)


def on_password_changed(request: HttpRequest, user: Member, **_signal: Any) -> None:
    """The password is another one: Django refuses the other sessions already; their rows go too."""
    sessions_end(member_id=user.pk, except_key=request.session.session_key)
