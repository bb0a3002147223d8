"""Members: the user model, groups, and the customer account a member belongs to."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.members.handles import MAX_LENGTH, handle_skeleton
from community.members.querysets import MemberManager
from community.work.models import MailItem


class Account(models.Model):
    """A customer organisation that members belong to, as the CRM names it; its token is `account:<id>`."""

    key = models.CharField(max_length=120, unique=True)
    """Who says so and how they call it: `crm:<connection>:<remote id>`."""
    name = models.CharField(max_length=160)

    def __str__(self) -> str:
        return self.name


class MemberGroup(models.Model):
    """Members invited to something together; carries the audience token `group:<id>`."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class Member(AbstractBaseUser, PermissionsMixin):
    """A person: a customer, a colleague, or the unclaimed author of an imported post."""

    class State(models.TextChoices):
        """Unclaimed members cannot sign in; suspended ones are told why; of erased ones nothing is left but the id."""

        UNCLAIMED = "unclaimed", _("unclaimed")
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        ERASED = "erased", _("erased")

    class Role(models.TextChoices):
        """What makes a colleague; a member without any is a customer."""

        MODERATOR = "moderator", _("moderator")
        PRODUCT_MANAGER = "product_manager", _("product manager")
        SUPPORT_AGENT = "support_agent", _("support agent")
        ADMINISTRATOR = "administrator", _("administrator")

    class Theme(models.TextChoices):
        """How pages look."""

        SYSTEM = "system", _("as the system")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    handle = models.CharField(max_length=MAX_LENGTH, unique=True)
    handle_skeleton = models.CharField(max_length=MAX_LENGTH, unique=True, editable=False)
    """What the handle looks like: refuses look-alikes. Follows `handle` on save."""
    email = models.EmailField(null=True, blank=True, unique=True)  # noqa: DJ001 unclaimed members have none
    """In lower case. Whether it is verified stands in allauth's EmailAddress."""
    name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    is_active = models.BooleanField(default=True)
    """Equal to `state == active`, follows it on save: Django and Wagtail ask for it."""
    roles = models.JSONField(default=list, blank=True)
    """Any of `Role`; empty for a customer."""
    title = models.CharField(max_length=80, blank=True)
    """Shown beside the name: `firmware engineer`."""
    organisation = models.CharField(max_length=120, blank=True)
    """What the member says; `account` is what the CRM says."""
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    in_groups = models.BooleanField(default=False, editable=False)
    """Whether any GroupMembership exists, so that most pages need not ask. Kept by the group services."""
    avatar = models.CharField(max_length=200, blank=True)
    """Path of the picture (`/media/…`), empty for initials."""
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=40, default="UTC")
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    shortcuts = models.BooleanField(default=True)
    """Whether single keys do something on staff pages."""
    trust_level = models.PositiveSmallIntegerField(default=0)
    suspension_reason = models.CharField(max_length=400, blank=True)
    """What a suspended member is told."""
    suspended_until = models.DateTimeField(null=True, blank=True)
    """When a suspension ends by itself; empty for none, or one without a term."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    joined_at = models.DateTimeField(null=True, blank=True)
    """Empty while a new member has not confirmed the e-mail address: nobody else sees them."""
    last_seen_at = models.DateTimeField(null=True, blank=True)
    source_key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 unique where given
    """A digest of what an import calls this author, so that importing again finds them; of somebody erased, one that
    only this installation can make."""

    objects = MemberManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_active=True, state="active")
                | (models.Q(is_active=False) & ~models.Q(state="active")),
                name="member_active_is_state",
            ),
            models.CheckConstraint(
                condition=models.Q(email__isnull=True) | ~models.Q(state__in=["unclaimed", "erased"]),
                name="member_nobody_has_no_address",
            ),
        ]

    def __str__(self) -> str:
        return self.handle

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write the row with its derived columns."""
        self.handle_skeleton = handle_skeleton(self.handle)
        self.is_active = self.state == self.State.ACTIVE
        self.email = self.email.lower() if self.email else None
        if update_fields is not None:
            update_fields = set(update_fields)
            if "handle" in update_fields:
                update_fields.add("handle_skeleton")
            if "state" in update_fields:
                update_fields.add("is_active")
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def is_staff(self) -> bool:
        """Whether this is a colleague."""
        return bool(self.roles)

    @property
    def display_name(self) -> str:
        """The name others see; the handle when there is none."""
        return gettext("Former member") if self.state == self.State.ERASED else self.name or self.handle

    def get_full_name(self) -> str:
        """Return the name, as Django and Wagtail ask for it."""
        return self.display_name

    def get_short_name(self) -> str:
        """Return the name, as Django and Wagtail ask for it."""
        return self.display_name


class GroupMembership(models.Model):
    """One member in one group."""

    group = models.ForeignKey(MemberGroup, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="group_memberships")
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "member"], name="group_membership_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.group_id}"


class AccountMail(MailItem):
    """A mail about an account that waits for the mail server: a code, a link, a notice. Gone once it is sent."""

    sealed = models.TextField(blank=True)
    """Receiver, texts and headers, sealed: codes and links in it open accounts."""

    class Meta(MailItem.Meta):
        pass


class SignInRules(models.Model):
    """How people come into one site; without a row anybody may join, with a password or mailed codes."""

    site_id = models.BigIntegerField(unique=True)
    """No foreign key: migrations of Wagtail come after ours."""
    by_invitation = models.BooleanField(default=False)
    mailed_codes = models.BooleanField(default=True)
    """Whether a code by mail signs in; without it everybody needs a password or a passkey."""

    def __str__(self) -> str:
        return f"site {self.site_id}: {'by invitation' if self.by_invitation else 'open'}"


class Invitation(models.Model):
    """A link by mail that makes an account with roles. Gone once it is used; who holds the link owns the address."""

    site_id = models.BigIntegerField()
    email = models.EmailField()
    roles = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the secret in the link."""
    invited_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site_id", "email"], name="invitation_once_per_address")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
