"""Who a session belongs to, read on each of a member's pages with a query made once."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from community.core.db.prepared import Columns, Prepared
from community.members.models import Member

_MEMBER = Columns(Member, *(field.attname for field in Member._meta.concrete_fields))


def _members(pk: int) -> QuerySet[Member, Any]:
    return Member.objects.filter(pk=pk).values_list(*_MEMBER.names)


_read_member = Prepared(_members, "pk")


class MemberBackend(AuthenticationBackend):
    """Signs in as allauth does."""

    def get_user(self, user_id: int) -> Member | None:
        """Return the member of a session. Queries: 1."""
        for row in _read_member(pk=user_id):
            member: Member = _MEMBER.loaded(row)
            return member if self.user_can_authenticate(member) else None
        return None
