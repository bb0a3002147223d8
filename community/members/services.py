"""Everything that changes a member. Each service owns its transaction and records what became visible."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import IO, Any
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from community.activity.log import record
from community.core.errors import Conflict, Invalid
from community.core.uploads import UploadedFile, delete_image, store_image
from community.members.activities import MemberJoined, MemberSeen, MemberUpdated
from community.members.handles import MAX_LENGTH, handle_from, handle_shape_check, handle_skeleton
from community.members.models import Account, GroupMembership, Member, MemberGroup
from community.members.permissions import ROLES_OF_CMS_GROUPS, member_update_check, role_check
from community.members.screening import joining_screen, profile_screen
from community.privacy.services import CRM_SYNC, consent_set, erase_member

PROFILE_FIELDS = ("name", "handle", "title", "organisation", "language", "time_zone", "theme", "shortcuts")
_LINE_LENGTH = {"title": 80, "organisation": 120}
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def name_clean(name: str) -> str:
    """Return a display name without control, direction and invisible characters. Raises: Invalid when empty."""
    normal = unicodedata.normalize("NFC", name)
    shown = "".join(char for char in normal if unicodedata.category(char) not in _INVISIBLE)
    shown = re.sub(r"\s+", " ", shown).strip()[:120]
    if not shown:
        raise Invalid(_("Tell us a name that others will see."), field="name")
    return shown


def handle_is_free(handle: str, *, except_member_id: int | None = None) -> bool:
    """Tell whether nobody else has `handle` or one that looks like it. Queries: 1."""
    taken = Member.objects.filter(handle_skeleton=handle_skeleton(handle))
    return not taken.exclude(pk=except_member_id).exists()


def handle_suggest(name: str) -> str:
    """Return a free handle made of `name`. Queries: 1, more only for names many have."""
    base = handle_from(name)
    candidates = [base, *(f"{base}-{number}" for number in range(2, 6))]
    skeletons = {handle_skeleton(candidate): candidate for candidate in candidates}
    taken = set(Member.objects.filter(handle_skeleton__in=skeletons).values_list("handle_skeleton", flat=True))
    for skeleton, candidate in skeletons.items():
        if skeleton not in taken:
            return candidate
    while True:
        candidate = f"{base[: MAX_LENGTH - 7]}-{get_random_string(6, '23456789')}"
        if handle_is_free(candidate):
            return candidate


def handle_check(handle: str, *, except_member_id: int | None = None) -> None:
    """Raise Invalid unless `handle` is well formed, not reserved and free. Queries: 1."""
    handle_shape_check(handle)
    if not handle_is_free(handle, except_member_id=except_member_id):
        raise Invalid(_("Somebody has this handle, or one that looks like it."), field="handle")


def member_create(
    *,
    name: str,
    handle: str = "",
    email: str | None = None,
    password: str | None = None,
    email_verified: bool = False,
    state: str = Member.State.ACTIVE,
    roles: Sequence[str] = (),
    joined_at: datetime | None = None,
    origin: str = "system",
    **profile: Any,
) -> Member:
    """Create a member and, unless an address is still to be confirmed, let them join.

    Args:
        handle: made from `name` when empty.
        email: None for unclaimed authors.
        roles: of `Member.Role`; an administrator may also enter the CMS.
        joined_at: aware; now unless told.
        profile: other fields of Member: title, organisation, language, time_zone, trust_level.
    Raises: Invalid for a bad name or handle, Conflict when the address or handle was taken meanwhile.
    Queries: 6 or less.
    """
    shown = name_clean(name)
    if handle:
        handle_check(handle)
    member = Member(
        name=shown,
        handle=handle or handle_suggest(shown),
        email=email.lower() if email else None,
        state=state,
        roles=_roles_clean(roles),
        is_superuser=Member.Role.ADMINISTRATOR in roles,
        **profile,
    )
    member.set_password(password)
    with transaction.atomic():
        try:
            with transaction.atomic():
                member.save(force_insert=True)
                if member.roles:
                    cms_groups_follow(member)
        except IntegrityError as taken:
            raise Conflict(_("This address or handle is in use.")) from taken
        if member.email:
            EmailAddress.objects.create(user=member, email=member.email, verified=email_verified, primary=True)
        if email_verified or not member.email:
            member_join(member, joined_at=joined_at, origin=origin)
    return member


def member_sign_up(*, name: str, handle: str, email: str, password: str | None, language: str) -> Member:
    """Create a member whose address is still to be confirmed, without allauth's row for it: its sign-up makes that.

    Raises: Invalid for a bad name or handle, Conflict when the address or handle was taken meanwhile.
    """
    shown = name_clean(name)
    if handle:
        handle_check(handle)
    known = {code for code, _label in settings.LANGUAGES}
    member = Member(
        name=shown,
        handle=handle or handle_suggest(shown),
        email=email.lower(),
        language=language if language in known else settings.LANGUAGE_CODE,
    )
    member.set_password(password)
    with transaction.atomic():
        try:
            with transaction.atomic():
                member.save(force_insert=True)
                if member.roles:
                    cms_groups_follow(member)
        except IntegrityError as taken:
            raise Conflict(_("This address or handle was taken just now.")) from taken
        joining_screen(member, {"name": shown, "handle": handle} if handle else {"name": shown})
    return member


def sign_up_rehearse(*, name: str, handle: str, password: str | None, language: str, crm: bool) -> None:
    """Do the work of a sign-up and undo it: an address we know must not answer faster than one we do not."""
    with transaction.atomic():
        address = f"{get_random_string(12).lower()}@invalid.example"
        member = member_sign_up(name=name, handle=handle, email=address, password=password, language=language)
        consent_set(member_id=member.pk, purpose=CRM_SYNC, given=crm)
        EmailAddress.objects.create(user=member, email=address, primary=True)
        transaction.set_rollback(True)


def member_join(member: Member, *, joined_at: datetime | None = None, origin: str = "web") -> None:
    """Make a member visible: the address is confirmed, or there is none to confirm. Idempotent: yes. Queries: 4."""
    if member.joined_at is not None:
        return
    with transaction.atomic():
        member.joined_at = joined_at or timezone.now()
        member.save(update_fields=["joined_at"])
        record(
            MemberJoined(state=str(member.state)),
            subject_id=member.pk,
            actor_id=member.pk,
            origin=origin,
            occurred_at=member.joined_at,
            dedupe_key=f"members.member_joined:{member.pk}",
        )


def profile_update(
    viewer: Member, *, member: Member, changes: Mapping[str, Any], origin: str = "web"
) -> tuple[str, ...]:
    """Change profile fields of `member` and return the names of those that really changed.

    Args:
        changes: any of PROFILE_FIELDS and their new values. Words that do not pass screening wait for review; the
            rest is changed.
    Raises: Denied, Invalid beside its field, Conflict when the handle was taken meanwhile.
    """
    member_update_check(viewer, member)
    cleaned = {name: _profile_field_clean(member, name, value) for name, value in changes.items()}
    passed = profile_screen(viewer, member, cleaned)
    return profile_write(member, passed, actor_id=viewer.pk, origin=origin)


def profile_write(member: Member, values: Mapping[str, Any], *, actor_id: int, origin: str = "web") -> tuple[str, ...]:
    """Store cleaned profile fields; return the names of those that changed. Raises: Conflict for a taken handle."""
    changed = tuple(name for name in PROFILE_FIELDS if name in values and getattr(member, name) != values[name])
    if not changed:
        return ()
    for name in changed:
        setattr(member, name, values[name])
    with transaction.atomic():
        try:
            with transaction.atomic():
                member.save(update_fields=changed)
        except IntegrityError as taken:
            raise Conflict(_("Somebody took this handle just now.")) from taken
        member_changed(member.pk, fields=changed, actor_id=actor_id, origin=origin)
    return changed


def member_changed(member_id: int, *, fields: Collection[str], actor_id: int | None, origin: str = "web") -> None:
    """Record that `fields` of a member changed. Call inside the transaction that changed them. Queries: 2."""
    record(MemberUpdated(fields=tuple(fields)), subject_id=member_id, actor_id=actor_id, origin=origin)


def email_changed(member: Member) -> None:
    """Record that the primary address is another one; nothing for a sign-up that only now confirms its first."""
    if member.joined_at is not None:
        with transaction.atomic():
            member_changed(member.pk, fields=["email"], actor_id=member.pk)


def member_seen(member: Member) -> bool:
    """Remember that the member is here, at most once a day; return whether it was the first time today.

    Queries: 0 when already seen today, else 4.
    """
    now = timezone.now()
    if member.last_seen_at is not None and member.last_seen_at.date() == now.date():
        return False
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(last_seen_at=now)
        record(
            MemberSeen(),
            subject_id=member.pk,
            actor_id=member.pk,
            dedupe_key=f"members.member_seen:{member.pk}:{now.date().isoformat()}",
        )
    member.last_seen_at = now
    return True


def sessions_end(*, member_id: int, except_key: str | None = None) -> int:
    """Sign a member out everywhere but in the session with `except_key`; return how many sessions ended."""
    sessions = UserSession.objects.filter(user_id=member_id).exclude(session_key=except_key or "")
    keys = list(sessions.values_list("session_key", flat=True))
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in keys:
        store().delete(key)
    sessions.delete()
    return len(keys)


def avatar_set(viewer: Member, *, member: Member, picture: IO[bytes] | UploadedFile | None) -> None:
    """Give `member` a picture, or none for None; the old one goes. Raises: Denied, Invalid beside `image`, TooMany."""
    member_update_check(viewer, member)
    url = store_image(picture, owner_id=member.pk, purpose="avatar").url if picture is not None else ""
    old, member.avatar = member.avatar, url
    with transaction.atomic():
        member.save(update_fields=["avatar"])
        member_changed(member.pk, fields=["avatar"], actor_id=viewer.pk)
        if old:
            transaction.on_commit(lambda: delete_image(old), robust=True)


def consent_choose(member: Member, *, purpose: str, given: bool) -> bool:
    """Keep the member's answer; whoever syncs looks at the member again. Returns whether it changed."""
    with transaction.atomic():
        changed = consent_set(member_id=member.pk, purpose=purpose, given=given)
        if changed:
            member_changed(member.pk, fields=["consent"], actor_id=member.pk)
    return changed


def member_erase(viewer: Member, *, member: Member) -> None:
    """Erase a member here and, through the log, wherever a copy is. Not to be undone. Idempotent: yes.

    Raises: Denied unless the member or an administrator asks.
    """
    member_update_check(viewer, member)
    erase_member(member.pk)


def signups_expire(*, older_than_days: int = 7) -> int:
    """Forget sign-ups nobody confirmed, so that neither address nor handle stays taken; return how many. Idempotent."""
    before = timezone.now() - timedelta(days=older_than_days)
    waiting = Member.objects.filter(joined_at__isnull=True, state=Member.State.ACTIVE, created_at__lt=before)
    deleted: int = waiting.delete()[1].get(Member._meta.label, 0)
    return deleted


def roles_set(viewer: Member | None, *, member: Member, roles: Sequence[str]) -> None:
    """Give `member` exactly `roles`; None asks for the system. Raises: Denied unless an administrator asks; Invalid."""
    if viewer is not None:
        role_check(viewer, Member.Role.ADMINISTRATOR)
    member.roles = _roles_clean(roles)
    member.is_superuser = Member.Role.ADMINISTRATOR in member.roles
    with transaction.atomic():
        member.save(update_fields=["roles", "is_superuser"])
        cms_groups_follow(member)
        member_changed(member.pk, fields=["roles"], actor_id=viewer.pk if viewer else None)


def account_link(*, member_id: int, key: str, name: str, origin: str) -> Account:
    """Say which customer account a member belongs to, as a CRM knows it. Idempotent: yes.

    Args:
        key: `crm:<connection id>:<remote id>`, stable when the account is renamed.
        origin: `crm:<connection id>`, so that the sync knows its own echo.
    """
    with transaction.atomic():
        account, _created = Account.objects.update_or_create(key=key, defaults={"name": name[:160]})
        here = Member.objects.filter(pk=member_id).exclude(state=Member.State.ERASED)
        changed = here.exclude(account=account).update(account=account)
        if changed:
            member_changed(member_id, fields=["account"], actor_id=None, origin=origin)
    return account


def account_unlink(*, member_id: int, origin: str) -> None:
    """Say that a member belongs to no customer account any more. Idempotent: yes."""
    with transaction.atomic():
        if Member.objects.filter(pk=member_id, account__isnull=False).update(account=None):
            member_changed(member_id, fields=["account"], actor_id=None, origin=origin)


def group_join(*, group: MemberGroup, member: Member, actor_id: int | None = None) -> None:
    """Put a member into a group. Idempotent: yes."""
    with transaction.atomic():
        _membership, created = GroupMembership.objects.get_or_create(group=group, member=member)
        if created:
            _groups_changed(member, actor_id)


def group_leave(*, group: MemberGroup, member: Member, actor_id: int | None = None) -> None:
    """Take a member out of a group. Idempotent: yes."""
    with transaction.atomic():
        if GroupMembership.objects.filter(group=group, member=member).delete()[0]:
            _groups_changed(member, actor_id)


def _groups_changed(member: Member, actor_id: int | None) -> None:
    member.in_groups = GroupMembership.objects.filter(member=member).exists()
    member.save(update_fields=["in_groups"])
    member.__dict__.pop("_audience_tokens", None)
    member_changed(member.pk, fields=["groups"], actor_id=actor_id)


def cms_groups_follow(member: Member) -> None:
    """Put a colleague into the groups of the CMS that their roles stand for, and out of the others."""
    wanted = [name for name, roles in ROLES_OF_CMS_GROUPS.items() if set(roles) & set(member.roles)]
    member.groups.set(Group.objects.filter(name__in=wanted))


def _roles_clean(roles: Sequence[str]) -> list[str]:
    known = set(Member.Role.values)
    if not known.issuperset(roles):
        raise Invalid(_("There is no such role."), field="roles")
    return sorted({str(role) for role in roles})


def _profile_field_clean(member: Member, name: str, value: Any) -> Any:
    """Return the value as stored. Raises: Invalid beside the field; LookupError for a field that is none of ours."""
    if name == "name":
        return name_clean(value)
    if name == "handle":
        if value != member.handle:
            handle_check(value, except_member_id=member.pk)
        return value
    if name in ("title", "organisation"):
        return name_clean(value)[: _LINE_LENGTH[name]] if value.strip() else ""
    if name == "shortcuts":
        return bool(value)
    choices = {
        "language": {code for code, _label in settings.LANGUAGES},
        "time_zone": available_timezones(),
        "theme": set(Member.Theme.values),
    }[name]
    if value not in choices:
        raise Invalid(_("Choose one of the list."), field=name)
    return value
