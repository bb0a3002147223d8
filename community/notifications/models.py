"""Notices, what members chose to hear of, and the mails that wait."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.work.models import MailItem


class Channel(models.TextChoices):
    """How a notice reaches a member."""

    SITE = "site", _("Site")
    MAIL = "mail", _("Mail")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notices."""

    def of_site(self, site_id: int | None) -> "NotificationQuerySet":
        """Keep those of a site, and those of none."""
        return self.filter(Q(site_id=site_id) | Q(site_id=None))


class Notification(models.Model):
    """One thing one member is told of: at most one for each activity, whatever its kind."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    """A name of `community.notifications.kinds`."""
    names_you = models.BooleanField()
    """The kind's, kept here for the bell's index."""
    on_site = models.BooleanField()
    """Whether the inbox shows it; one for mail only is kept so that it is mailed once."""
    activity_id = models.BigIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    thread_kind = models.CharField(max_length=40)
    thread_id = models.BigIntegerField()
    """What the inbox groups by and a mail is about: the topic of a post."""
    site = models.ForeignKey("wagtailcore.Site", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    """Whose inbox and bell show it; none: those of every site."""
    number = models.PositiveIntegerField(default=0)
    """Its place in the thread; who has read the thread so far has read the notice."""
    detail = models.CharField(max_length=20, blank=True)
    """A code that the kind's words depend on: a state, a number of points."""
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    withdrawn = models.BooleanField(default=False)
    """What it speaks of is hidden or taken back for now."""
    by_mail = models.BooleanField(default=False)
    """A mail of its own was wanted; the digest brings the rest."""
    mail_id = models.BigIntegerField(null=True)
    """The mail it went, or is going, with; never set twice."""

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "activity_id"], name="notification_once")]
        indexes = [
            models.Index(fields=["member", "names_you", "thread_kind", "thread_id", "id"], name="notification_inbox"),
            models.Index(
                fields=["member", "names_you", "thread_kind", "thread_id", "number"],
                name="notification_unread",
                condition=Q(read_at__isnull=True, withdrawn=False),
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="notification_subject"),
            models.Index(fields=["thread_kind", "thread_id"], name="notification_thread"),
            models.Index(fields=["created_at"], name="notification_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for member {self.member_id}"


class Choice(models.Model):
    """A member's own word on one kind and channel; without a row the kind's default holds."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    channel = models.CharField(max_length=4, choices=Channel)
    on = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind", "channel"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel} for member {self.member_id}"


class MailStop(models.Model):
    """A thread a member wants no mail about."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread_kind = models.CharField(max_length=40)
    thread_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "thread_kind", "thread_id"], name="mail_stop_once")]

    def __str__(self) -> str:
        return f"no mail about {self.thread_kind}:{self.thread_id} for member {self.member_id}"


class Preference(models.Model):
    """How and when mails reach a member. Made with their first notice."""

    class Digest(models.TextChoices):
        """How often."""

        NEVER = "never", _("Never")
        DAILY = "daily", _("Daily")
        WEEKLY = "weekly", _("Weekly")

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    mails = models.BooleanField(default=True)
    """False: no mails at all but those about the account."""
    digest = models.CharField(max_length=6, choices=Digest, default=Digest.WEEKLY)
    digest_day = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(6)])
    """Of a weekly one; 0 is Monday."""
    digest_hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])
    quiet_from = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(23)])
    quiet_until = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(23)])
    """Hours of the member's clock between which mails wait; both or neither."""
    next_digest_at = models.DateTimeField(null=True, db_index=True)
    returned_address = models.CharField(max_length=254, blank=True)
    """The address mails came back from; another one starts afresh."""
    returned_code = models.CharField(max_length=40, blank=True)
    returned_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"preferences of member {self.member_id}"


class Mail(MailItem):
    """A mail to be rendered when it leaves, from what is true then: one thread's notices, or a digest."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    slot = models.CharField(max_length=120, unique=True)
    """What gathers into this mail (`7:forums.topic:12`, `7:digest:1`); renamed when its text goes, for the next."""
    thread_kind = models.CharField(max_length=40, blank=True)
    thread_id = models.BigIntegerField(null=True)
    """Both empty for a digest."""
    site = models.ForeignKey("wagtailcore.Site", null=True, on_delete=models.CASCADE, related_name="+")
    """Of a digest: each site has its own."""
    notice_ids: tuple[int, ...] = ()
    """What it says, from rendering to the moment it goes."""

    mark_key = ("slot",)

    class Meta(MailItem.Meta):
        pass
