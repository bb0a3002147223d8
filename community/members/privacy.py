"""Export and erase the person: profile, addresses, second factors, sessions, groups, picture."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.users.models import UserProfile

from community.activity.log import record
from community.core.uploads import delete_images
from community.members.activities import MemberErased
from community.members.handles import erased_handle
from community.members.imports import erased_source
from community.members.locks import lock_member
from community.members.mails import mails_forget
from community.members.models import GroupMembership, Invitation, Member
from community.members.services import sessions_end


class MembersCollector:
    """The member's own row stays, emptied: posts and points of others refer to its id."""

    name = "members"
    models = (
        "members.Member",
        "members.GroupMembership",
        "members.Invitation",
        "account.EmailAddress",
        "mfa.Authenticator",
        "usersessions.UserSession",
        "wagtailusers.UserProfile",
    )

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return the profile, addresses, groups, whom they invited, sessions and second factors. Queries: 6."""
        return {
            "profile": _profile(member_id),
            "addresses": list(
                EmailAddress.objects.filter(user_id=member_id).values("email", "verified", "primary").order_by("pk")
            ),
            "invitations": _rows(
                Invitation.objects.filter(invited_by_id=member_id), address="email", roles="roles", at="created_at"
            ),
            "groups": _rows(
                GroupMembership.objects.filter(member_id=member_id), name="group__name", joined_at="joined_at"
            ),
            "second_factors": _rows(
                Authenticator.objects.filter(user_id=member_id),
                type="type",
                created_at="created_at",
                last_used_at="last_used_at",
            ),
            "sessions": _rows(
                UserSession.objects.filter(user_id=member_id),
                address="ip",
                browser="user_agent",
                started_at="created_at",
            ),
        }

    def erase(self, member_id: int) -> None:
        """Overwrite the person and record it. Idempotent: yes; records once."""
        member = lock_member(member_id)
        if member.state == Member.State.ERASED:
            return
        sessions_end(member_id=member_id)
        mails_forget(_addresses(member))
        for rows in (
            EmailAddress.objects.filter(user_id=member_id),
            Authenticator.objects.filter(user_id=member_id),
            GroupMembership.objects.filter(member_id=member_id),
            Invitation.objects.filter(Q(invited_by_id=member_id) | Q(email=member.email)),
            UserProfile.objects.filter(user_id=member_id),
        ):
            rows.delete()
        member.groups.clear()
        member.user_permissions.clear()
        _overwrite(member)
        transaction.on_commit(lambda: delete_images(owner_id=member_id, purpose="avatar"), robust=True)
        record(
            MemberErased(),
            subject_id=member_id,
            actor_id=member_id,
            dedupe_key=f"members.member_erased:{member_id}",
        )


def _addresses(member: Member) -> set[str]:
    """Return every address mail to the member may have gone to. Queries: 1."""
    others = EmailAddress.objects.filter(user_id=member.pk).values_list("email", flat=True)
    return {address for address in (member.email, *others) if address}


def _overwrite(member: Member) -> None:
    """Leave nothing of the person in their row but the id and when they joined."""
    member.handle = erased_handle(member.pk)
    member.state = Member.State.ERASED
    member.email = None
    member.roles = []
    member.account = None
    member.language, member.time_zone, member.theme = "en", "UTC", Member.Theme.SYSTEM
    member.is_superuser = member.in_groups = False
    member.last_login = member.last_seen_at = member.suspended_until = None
    for name in ("name", "title", "organisation", "avatar", "suspension_reason"):
        setattr(member, name, "")
    member.source_key = erased_source(member.source_key) if member.source_key else None
    member.set_unusable_password()
    member.save()


def _profile(member_id: int) -> dict[str, Any]:
    """Return what the member's own row says, without the password."""
    member = Member.objects.select_related("account").get(pk=member_id)
    plain = (
        "handle",
        "name",
        "email",
        "state",
        "roles",
        "title",
        "organisation",
        "avatar",
        "language",
        "time_zone",
        "theme",
        "shortcuts",
        "trust_level",
        "suspension_reason",
    )
    return {
        **{name: getattr(member, name) for name in plain},
        "account": member.account.name if member.account else None,
        **{
            name: _text(getattr(member, name))
            for name in ("created_at", "joined_at", "last_seen_at", "suspended_until")
        },
    }


def _rows(rows: QuerySet[Any], **columns: str) -> list[dict[str, Any]]:
    """Return `columns` of each row under the names given, ready for JSON. Queries: 1."""
    values = rows.order_by("pk").values_list(*columns.values())
    return [{name: _text(value) for name, value in zip(columns, row, strict=True)} for row in values]


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
