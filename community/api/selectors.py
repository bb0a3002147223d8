"""What the pages of tokens show."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from community.api.models import Token
from community.api.querysets import TokenQuerySet
from community.members.models import Member


@dataclass(frozen=True, kw_only=True)
class TokenRow:
    """A token in a list."""

    id: int
    name: str
    ending: str
    scopes: tuple[str, ...]
    member: str
    """As whom it acts."""
    handle: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    state: str
    """`active`; `expired`; `asleep` while its member cannot sign in."""


def personal_tokens(member: Member) -> list[TokenRow]:
    """Return the member's own tokens, newest first. Queries: 1."""
    return _rows(Token.objects.filter(kind=Token.Kind.PERSONAL, member=member))


def application_tokens() -> list[TokenRow]:
    """Return the tokens of applications, newest first. Queries: 1."""
    return _rows(Token.objects.filter(kind=Token.Kind.APPLICATION))


def _rows(tokens: TokenQuerySet) -> list[TokenRow]:
    found = tokens.select_related("member", "created_by").order_by("-id")
    return [_row(token) for token in found[:200]]


def _row(token: Token) -> TokenRow:
    expired = token.expires_at is not None and token.expires_at <= timezone.now()
    asleep = token.member.state != Member.State.ACTIVE
    return TokenRow(
        id=token.pk,
        name=token.name,
        ending=token.ending,
        scopes=tuple(token.scopes),
        member=token.member.display_name,
        handle=token.member.handle,
        created_by=token.created_by.display_name if token.created_by else "",
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        state="expired" if expired else "asleep" if asleep else "active",
    )
