"""Which members a query means."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from community.members.models import Member


class MemberQuerySet(models.QuerySet["Member"]):
    """Filters that read as English."""

    def joined(self) -> "MemberQuerySet":
        """Those whose profile others may see: not erased, and not a sign-up that waits for its mail to be confirmed."""
        return self.filter(joined_at__isnull=False).exclude(state="erased")

    def visible_to(self, viewer: Any) -> "MemberQuerySet":
        """The members whose profile `viewer` may see: profiles are public."""
        return self.joined()

    def active(self) -> "MemberQuerySet":
        """Those who can sign in."""
        return self.filter(state="active")

    def staff(self) -> "MemberQuerySet":
        """Those with at least one role."""
        return self.active().exclude(roles=[])

    def with_ids(self, ids: Iterable[int]) -> "MemberQuerySet":
        """Those with one of `ids`."""
        return self.filter(pk__in=set(ids))


class MemberManager(BaseUserManager["Member"].from_queryset(MemberQuerySet)):  # type: ignore[misc]
    """What Django's own commands and backends call; everything else goes through `services.py`."""

    def get_by_natural_key(self, email: str | None) -> "Member":
        """Return the member with this e-mail address, in whatever case it is written."""
        return self.get(email=(email or "").lower())

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        """Create an administrator, for `manage.py createsuperuser`."""
        from community.members.services import member_create

        return member_create(
            name=fields.pop("name", "") or email.partition("@")[0],
            email=email,
            password=password,
            email_verified=True,
            roles=("administrator",),
            **fields,
        )
