"""Making, using and ending tokens; remembering what was sent with an `Idempotency-Key`."""

import hashlib
import logging
from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.api.models import NAME_LENGTH, Submission, Token
from community.api.permissions import token_create_check, token_revoke_check
from community.api.scopes import SCOPES
from community.api.secrets import digest_of, is_well_formed, token_new
from community.core.errors import Invalid
from community.members.models import Member
from community.members.services import member_create, name_clean

logger = logging.getLogger(__name__)

MOST_TOKENS = 20
"""Personal tokens of one member."""
MOST_DAYS = 366
USED_EVERY = timedelta(hours=1)
SUBMISSIONS_KEPT = timedelta(days=1)
EXPIRED_KEPT = timedelta(days=30)
"""How long an expired token stays on its page, so that people see why a program fails."""


def token_create(*, member: Member, name: str, scopes: Collection[str], days: int | None = 90) -> tuple[Token, str]:
    """Make a personal token; return it with its text, which nobody sees again.

    Args:
        days: until it expires; None for never.
    Raises: Denied, Invalid beside its field. Queries: 2.
    """
    token_create_check(member, Token.Kind.PERSONAL)
    if Token.objects.filter(kind=Token.Kind.PERSONAL, member=member).count() >= MOST_TOKENS:
        raise Invalid(_("You have many tokens: revoke one that is not used any more."))
    return _token_insert(Token.Kind.PERSONAL, member, member, name, scopes, days)


def application_token_create(
    *, actor: Member, name: str, scopes: Collection[str], days: int | None = 90, handle: str = ""
) -> tuple[Token, str]:
    """Make a token of an application; return it with its text, which nobody sees again.

    Args:
        handle: as whom it acts; without one a member of its own is made, who has no role, address or password.
    Raises: Denied, Invalid beside its field. Queries: 2, 10 with a member of its own.
    """
    token_create_check(actor, Token.Kind.APPLICATION)
    with transaction.atomic():
        if handle:
            member = Member.objects.active().joined().filter(handle=handle).first()
            if member is None:
                raise Invalid(_("Nobody who can sign in has this handle."), field="handle")
        else:
            member = member_create(name=_name_clean(name))
        return _token_insert(Token.Kind.APPLICATION, member, actor, name, scopes, days)


def _token_insert(
    kind: str, member: Member, creator: Member, name: str, scopes: Collection[str], days: int | None
) -> tuple[Token, str]:
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid(_("Choose at least one thing the token is good for."), field="scopes")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Invalid(_("Choose one of the list."), field="days")
    text, now = token_new(), timezone.now()
    token = Token.objects.create(
        kind=kind,
        member=member,
        name=_name_clean(name),
        scopes=[scope for scope in SCOPES if scope in scopes],
        digest=digest_of(text),
        ending=text[-4:],
        created_by=creator,
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    logger.info("member %s made %s token %s for member %s", creator.pk, kind, token.pk, member.pk)
    return token, text


def _name_clean(name: str) -> str:
    return name_clean(name)[:NAME_LENGTH]


def token_revoke(*, actor: Member, token_id: int) -> None:
    """End a token at once. Raises: Token.DoesNotExist, Denied. Queries: 2."""
    with transaction.atomic():
        token = Token.objects.get(pk=token_id)
        token_revoke_check(actor, token)
        token.delete()
    logger.info("member %s revoked token %s", actor.pk, token_id)


def token_use(text: str) -> Token | None:
    """Return the token that `text` is, with its member, and note the hour; None for one that is not in use.

    Queries: 0 for a misspelt one, 1, and 1 more once an hour.
    """
    if not is_well_formed(text):
        return None
    token: Token | None = Token.objects.in_use().filter(digest=digest_of(text)).select_related("member").first()
    now = timezone.now()
    if token and (token.last_used_at is None or token.last_used_at <= now - USED_EVERY):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def submission_begin(*, member: Member, key: str, sent: bytes) -> str:
    """Return the submission key for a creation sent with `Idempotency-Key: key`: for the same key the same one.

    Args:
        sent: address and body. The service that gets the submission key makes one object of it, however often.
    Raises: Invalid when the key came with something else before. Idempotent: yes. Queries: 1 to 3.
    """
    fingerprint = hashlib.sha256(sent).hexdigest()
    submission, _created = Submission.objects.get_or_create(
        member=member,
        key_digest=hashlib.sha256(key.encode()).hexdigest(),
        defaults={"fingerprint": fingerprint, "nonce": uuid4().hex},
    )
    if submission.fingerprint != fingerprint:
        raise Invalid(_("This key came with another request before."), field="Idempotency-Key")
    return submission.nonce


def api_tidy() -> None:
    """Forget submissions of yesterday and tokens that expired long ago. Idempotent: yes."""
    now = timezone.now()
    Submission.objects.filter(created_at__lt=now - SUBMISSIONS_KEPT).delete()
    Token.objects.filter(expires_at__lt=now - EXPIRED_KEPT).delete()
