"""Boards, ideas, statuses, votes and comments."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.core.ledger import LedgerRow
from community.members.visibility import Visibility
from ideas.querysets import BoardQuerySet, CommentQuerySet, IdeaQuerySet
from ideas.states import CLOSED, Lane, StatusKind

TITLE_LENGTH = 200
HALF_LIFE_DAYS = 7


class Board(models.Model):
    """A place for ideas about one product, open to one audience, in one language."""

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=60, allow_unicode=True)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    audience = models.CharField(max_length=60, default="public")
    """One audience token."""
    language = models.CharField(max_length=10, default="en")
    position = models.PositiveIntegerField(default=0)
    half_life_days = models.PositiveSmallIntegerField(
        default=HALF_LIFE_DAYS, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    """After this many days a vote counts half as much in Trending."""
    idea_count = models.PositiveIntegerField(default=0)
    """Listed ideas."""

    objects = BoardQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["site", "slug"], name="board_slug_per_site")]

    def __str__(self) -> str:
        return self.name


class Status(models.Model):
    """What a site says about an idea; `kind` says what it means. New ideas get the first open one."""

    Kind = StatusKind
    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=StatusKind)
    names = models.JSONField(default=dict, blank=True)
    """Name by language code; where there is none, the kind's own word."""
    position = models.PositiveSmallIntegerField(default=0)
    lane = models.CharField(max_length=8, choices=Lane, default=Lane.NONE, blank=True)

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["site", "position"], name="status_of_site")]

    def __str__(self) -> str:
        return f"status {self.pk}, {self.kind}"

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        named: str = self.names.get(get_language() or "", "")
        return named or str(StatusKind(self.kind).label)

    @property
    def is_closed(self) -> bool:
        """Whether ideas in it take no more votes."""
        return self.kind in CLOSED


class Idea(models.Model):
    """What members wish for: one sentence, and a text if they like.

    Counters and `trending_at` are kept by the services in the transaction of the change and repaired by
    `ideas.services.counters`.
    """

    Visibility = Visibility
    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    """That of its board, so that an index orders all ideas of a site."""
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="ideas")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH)
    slug = models.SlugField(max_length=80, allow_unicode=True)
    raw = models.TextField(blank=True)
    cooked = models.TextField(blank=True)
    cooker_version = models.PositiveIntegerField()
    language = models.CharField(max_length=10, default="en")
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.VISIBLE)
    is_unseen = models.BooleanField(default=False)
    """Held from the start and never visible since: the log has not heard of it."""
    status = models.ForeignKey(Status, on_delete=models.PROTECT, related_name="ideas")
    response = models.ForeignKey("StatusChange", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """The official response that stands; the earlier ones are its history."""
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    """Where its votes went; its page leads there."""
    vote_count = models.PositiveIntegerField(default=0)
    """What the ledger's entries of this idea add up to."""
    trending_at = models.DateTimeField()
    """When one vote would have to be cast to count like all of them, each halved by its age (`ideas.trending`)."""
    comment_count = models.PositiveIntegerField(default=0)
    """Visible comments."""
    highest_number = models.PositiveIntegerField(default=0)
    """Highest comment number ever given."""
    edit_number = models.PositiveIntegerField(default=0)
    """Grows with every change of the text."""
    created_at = models.DateTimeField()
    """When it was shared, also elsewhere before an import."""
    status_at = models.DateTimeField()
    """Since when it has its status."""
    submission_key = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 null: never compared
    """The form submission it came from, so that sending twice makes one idea."""
    change_waits = False
    """Set by `idea_edit` when the change it made waits for review; not stored."""
    source_key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 empty would not be unique
    """What an import calls it."""

    objects = IdeaQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "submission_key"], name="idea_submission_once")]
        indexes = [
            models.Index(F("site"), F("trending_at").desc(), F("id").desc(), name="idea_trending"),
            models.Index(F("board"), F("trending_at").desc(), F("id").desc(), name="idea_trending_board"),
            models.Index(F("site"), F("vote_count").desc(), F("id").desc(), name="idea_top"),
            models.Index(F("board"), F("vote_count").desc(), F("id").desc(), name="idea_top_board"),
            models.Index(F("site"), F("created_at").desc(), F("id").desc(), name="idea_new"),
            models.Index(F("board"), F("created_at").desc(), F("id").desc(), name="idea_new_board"),
            models.Index(F("status"), F("status_at").desc(), F("id").desc(), name="idea_by_status"),
            models.Index(fields=["author", "-id"], name="idea_by_author"),
            models.Index(fields=["cooker_version", "id"], name="idea_recook"),
        ]

    def __str__(self) -> str:
        return f"idea {self.pk}"


class StatusChange(models.Model):
    """A dated, attributed move of an idea from one status to another, or a response without a move. Rows are kept.

    `raw` is the official response that came with it, as written; empty when nothing was said.
    """

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="status_changes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    """The colleague; None for the system."""
    before = models.ForeignKey(Status, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Status, on_delete=models.PROTECT, related_name="+")
    raw = models.TextField(blank=True)
    cooked = models.TextField(blank=True)
    cooker_version = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["idea", "id"], name="status_change_of_idea")]

    def __str__(self) -> str:
        return f"status change {self.pk} of idea {self.idea_id}"


class Merge(models.Model):
    """One idea was merged into another; undone when `undone_at` is set.

    The votes and follows that moved are the ledger's entries and the follows that point here.
    """

    source = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["target", "id"], name="merge_into")]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(undone_at__isnull=True), name="merged_once")
        ]

    def __str__(self) -> str:
        return f"merge of idea {self.source_id} into {self.target_id}"


class VoteEntry(LedgerRow):
    """One movement of the vote ledger: append-only, ids and numbers only. `Vote` is what it adds up to."""

    class Cause(models.TextChoices):
        CAST = "cast", _("Cast")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        MERGED = "merged", _("Moved by a merge")
        UNMERGED = "unmerged", _("Moved back")

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Whose vote it is."""
    delta = models.SmallIntegerField()
    """+1 or -1; a member's entries for an idea add up to 0 or 1."""
    cause = models.CharField(max_length=10, choices=Cause)
    cast_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The colleague who voted on the member's behalf; None for the member."""
    merge = models.ForeignKey(Merge, null=True, on_delete=models.PROTECT, related_name="entries")
    """The merge that moved it."""
    voted_at = models.DateTimeField()
    """When the vote it adds or takes was first cast: a merge does not make it younger."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(delta__in=[1, -1]), name="vote_entry_is_one")]
        indexes = [
            models.Index(fields=["idea", "member", "id"], name="vote_entry_of_idea"),
            models.Index(fields=["member", "id"], name="vote_entry_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.delta:+d} of member {self.member_id} for idea {self.idea_id}"


class Vote(models.Model):
    """A vote that stands: cache of the ledger, so that pages ask one row. `votes_repair` rebuilds it."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    cast_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    voted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "idea"], name="vote_once")]
        indexes = [models.Index(fields=["idea", "voted_at"], name="vote_of_idea")]

    def __str__(self) -> str:
        return f"vote of member {self.member_id} for idea {self.idea_id}"


class VoteNote(models.Model):
    """Why a colleague voted for a customer, in words: beside the ledger, because words can be erased."""

    entry = models.OneToOneField(VoteEntry, on_delete=models.PROTECT, related_name="note")
    text = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"note on vote entry {self.entry_id}"


class IdeaFollow(models.Model):
    """Whether a member hears of an idea, and why; what a person chose is never changed by a rule."""

    class Reason(models.TextChoices):
        CHOSEN = "chosen", _("You chose this")
        AUTHOR = "author", _("You shared it")
        VOTED = "voted", _("You voted for it")
        COMMENTED = "commented", _("You commented")
        MERGED = "merged", _("An idea you followed was merged into it")

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="follows")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_on = models.BooleanField(default=True)
    reason = models.CharField(max_length=10, choices=Reason)
    merge = models.ForeignKey(Merge, null=True, on_delete=models.SET_NULL, related_name="follows")
    """The merge that brought it here."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "idea"], name="idea_follow_once")]
        indexes = [models.Index(fields=["idea", "is_on"], name="idea_followers")]

    def __str__(self) -> str:
        return f"member {self.member_id} follows idea {self.idea_id}"


class Comment(models.Model):
    """One numbered text below an idea, as written (`raw`) and as cleaned HTML (`cooked`)."""

    Visibility = Visibility
    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="comments")
    number = models.PositiveIntegerField()
    """Given once, never again."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raw = models.TextField()
    cooked = models.TextField()
    cooker_version = models.PositiveIntegerField()
    language = models.CharField(max_length=10, default="en")
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.VISIBLE)
    is_unseen = models.BooleanField(default=False)
    """Held from the start and never visible since: the log has not heard of it."""
    edit_number = models.PositiveIntegerField(default=0)
    """Grows with every change of the text."""
    created_at = models.DateTimeField()
    submission_key = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 null: never compared
    """The form submission it came from, so that sending twice makes one comment."""
    change_waits = False
    """Set by `comment_edit` when the change it made waits for review; not stored."""
    source_key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 empty would not be unique
    """What an import calls it."""

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["idea", "number"], name="comment_number_once"),
            models.UniqueConstraint(fields=["author", "submission_key"], name="comment_submission_once"),
        ]
        indexes = [
            models.Index(fields=["author", "-id"], name="comment_by_author"),
            models.Index(fields=["cooker_version", "id"], name="comment_recook"),
        ]

    def __str__(self) -> str:
        return f"comment {self.number} of idea {self.idea_id}"
