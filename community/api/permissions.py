"""Who may make and end tokens."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.api.models import Token
from community.core.errors import Denied
from community.members.models import Member
from community.members.permissions import has_role, member_write_check, role_check


def tokens_manage_check(viewer: Any) -> None:
    """Raise Denied unless `viewer` may manage the tokens of applications: administrators. Queries: 0."""
    role_check(viewer, Member.Role.ADMINISTRATOR)


def token_create_check(viewer: Any, kind: str) -> None:
    """Raise Denied unless `viewer` may make a token of this kind: everybody their own. Queries: 0."""
    member_write_check(viewer)
    if kind == Token.Kind.APPLICATION:
        tokens_manage_check(viewer)


def token_revoke_check(viewer: Any, token: Token) -> None:
    """Raise Denied unless `viewer` may end the token: their own, or an administrator. Queries: 0."""
    own = token.kind == Token.Kind.PERSONAL and token.member_id == getattr(viewer, "pk", None)
    if not own and not has_role(viewer, Member.Role.ADMINISTRATOR):
        raise Denied(_("This is not your token."))
