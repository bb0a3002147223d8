"""Members: the user model."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class MemberManager(BaseUserManager["Member"]):
    """Creates members; services in `services.py` are the way for everything else."""


class Member(AbstractBaseUser, PermissionsMixin):
    """A person: a customer, a colleague, or the unclaimed author of an imported post."""

    class State(models.TextChoices):
        UNCLAIMED = "unclaimed"
        ACTIVE = "active"
        SUSPENDED = "suspended"
        ERASED = "erased"

    handle = models.CharField(max_length=40, unique=True)
    email = models.EmailField(null=True, blank=True, unique=True)  # noqa: DJ001 unclaimed members have none
    name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    is_active = models.BooleanField(default=True)
    """Kept equal to `state == active`: Django and Wagtail ask for it."""
    roles = models.JSONField(default=list, blank=True)
    """Any of moderator, product_manager, support_agent, administrator; empty for a customer."""
    title = models.CharField(max_length=80, blank=True)
    """Shown beside a colleague's name: `firmware engineer`."""
    organisation = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=40, default="UTC")
    theme = models.CharField(max_length=8, default="system")
    trust_level = models.PositiveSmallIntegerField(default=0)
    joined_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)

    objects = MemberManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_active=True, state="active")
                | (models.Q(is_active=False) & ~models.Q(state="active")),
                name="member_active_is_state",
            )
        ]

    def __str__(self) -> str:
        return self.handle
