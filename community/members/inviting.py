"""How people come in: open or by invitation, and links by mail that make an account."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.core.errors import Gone, Invalid
from community.members.mails import account_mail, mail_queue
from community.members.models import Invitation, Member, SignInRules
from community.members.permissions import role_check
from community.members.services import member_create, roles_set

GOOD_FOR = timedelta(days=14)


def sign_in_rules(site: Site | None) -> SignInRules:
    """Return the rules of `site`; open with mailed codes where none are set. Queries: 1."""
    return SignInRules.objects.filter(site_id=site.pk if site else 0).first() or SignInRules()


def sign_in_rules_set(*, member: Member, site: Site, by_invitation: bool, mailed_codes: bool) -> None:
    """Decide how people come in. Idempotent: yes. Raises: Denied unless an administrator asks."""
    role_check(member, Member.Role.ADMINISTRATOR)
    SignInRules.objects.update_or_create(
        site_id=site.pk, defaults={"by_invitation": by_invitation, "mailed_codes": mailed_codes}
    )


def invitation_send(*, member: Member, site: Site, email: str, roles: Sequence[str], request: HttpRequest) -> bool:
    """Invite an address; who has a confirmed account already gets the roles at once. Returns whether a mail goes out.

    A second invitation replaces the first: only the newest link works. Raises: Denied unless an administrator asks.
    """
    role_check(member, Member.Role.ADMINISTRATOR)
    email = email.lower()
    known = EmailAddress.objects.filter(email=email, verified=True, user__state="active").select_related("user").first()
    if known:
        roles_set(member, member=known.user, roles=[*known.user.roles, *roles])
        return False
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        Invitation.objects.filter(expires_at__lt=timezone.now()).delete()
        Invitation.objects.update_or_create(
            site_id=site.pk,
            email=email,
            defaults={
                "roles": list(roles),
                "digest": _digest(secret),
                "invited_by": member,
                "created_at": timezone.now(),
                "expires_at": timezone.now() + GOOD_FOR,
            },
        )
        context = {
            "request": request,
            "inviter": member.display_name,
            "days": GOOD_FOR.days,
            "link": request.build_absolute_uri(reverse("members:invited", args=[secret])),
        }
        sender = settings.DEFAULT_FROM_EMAIL
        mail_queue(account_mail("account/email/invitation", to=email, context=context, from_email=sender))
    return True


def invitation_of(secret: str) -> Invitation:
    """Return the invitation behind a link. Raises: Gone when it was used, replaced or is too old. Queries: 1."""
    found = Invitation.objects.filter(digest=_digest(secret), expires_at__gt=timezone.now()).first()
    if found is None:
        raise Gone(_("This invitation was used or is too old. Ask for a new one."))
    return found


def invitation_accept(*, secret: str, name: str, password: str) -> Member:
    """Make the account of an invitation; its address is confirmed, because the link went there.

    Raises: Gone; Invalid beside `name` or `password`; Conflict when the address has an account by now.
    """
    with transaction.atomic():
        invitation = invitation_of(secret)
        if not Invitation.objects.filter(pk=invitation.pk).delete()[0]:
            raise Gone(_("This invitation was used or is too old. Ask for a new one."))
        password_check(password, name=name, email=invitation.email)
        values: dict[str, Any] = {"roles": invitation.roles, "language": get_language() or settings.LANGUAGE_CODE}
        member = member_create(
            name=name, email=invitation.email, password=password, email_verified=True, origin="web", **values
        )
        roles_set(None, member=member, roles=invitation.roles)
    return member


def password_check(password: str, *, name: str, email: str) -> None:
    """Raise Invalid beside `password` unless it is good enough for somebody of this name and address."""
    try:
        validate_password(password, Member(name=name, email=email, handle=""))
    except ValidationError as refused:
        raise Invalid(" ".join(refused.messages), field="password") from refused


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
