"""Categories, topics, posts, and what members do with them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as pgettext

from community.members.visibility import Visibility
from forums.querysets import CategoryQuerySet, PostQuerySet, TopicQuerySet
from forums.states import Kind, State

TITLE_LENGTH = 200


class Category(models.Model):
    """A place for topics of one kind, open to one audience, in one language."""

    Kind = Kind
    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=60, allow_unicode=True)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.QUESTION)
    audience = models.CharField(max_length=60, default="public")
    """One audience token."""
    language = models.CharField(max_length=10, default="en")
    position = models.PositiveIntegerField(default=0)
    intro = models.TextField(blank=True)
    """Markdown shown above the ask form: what to say here."""
    template = models.TextField(blank=True)
    """Markdown a new topic's text starts with."""
    topic_count = models.PositiveIntegerField(default=0)
    """Visible topics."""

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["site", "slug"], name="category_slug_per_site")]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word that topics of one site share."""

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=50, allow_unicode=True)
    name = models.CharField(max_length=50)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "slug"], name="tag_slug_per_site")]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """A question or a discussion; its text is its post number 1.

    `state`, the counters and the `last_post_*` columns are kept by the services in the transaction of the change and
    repaired by `forums.services.counters`.
    """

    State = State
    Kind = Kind
    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    """That of its category, so that an index orders all topics of a site."""
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="topics")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH)
    slug = models.SlugField(max_length=80, allow_unicode=True)
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12, choices=State)
    language = models.CharField(max_length=10, default="en")
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.VISIBLE)
    """That of its first post."""
    tags = models.ManyToManyField(Tag, through="TopicTag", related_name="topics")
    tag_names = models.JSONField(default=list, blank=True)
    """The tags as `[slug, name]` pairs, so that lists need no join."""
    asked_at = models.DateTimeField()
    """When it was asked, also elsewhere before an import."""
    created_at = models.DateTimeField(default=timezone.now)
    bumped_at = models.DateTimeField()
    """When something was last said; orders lists."""
    escalated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    """Since when nobody but staff may reply."""
    accepted_post = models.ForeignKey("Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    first_answer_at = models.DateTimeField(null=True, blank=True)
    highest_number = models.PositiveIntegerField(default=0)
    """Highest post number ever given."""
    post_count = models.PositiveIntegerField(default=0)
    """Visible posts."""
    answer_count = models.PositiveIntegerField(default=0)
    """Visible posts by anybody but the asker."""
    last_post_number = models.PositiveIntegerField(default=0)
    """Highest visible number."""
    last_post_at = models.DateTimeField(null=True)
    last_post_author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    same_problem_count = models.PositiveIntegerField(default=0)
    imported_same_problem = models.PositiveIntegerField(default=0)
    score = models.PositiveIntegerField(default=0)
    """Same-problem and helpful votes together, imported ones too; orders Top."""
    source_key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 empty would not be unique
    """What an import calls it."""

    objects = TopicQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("category"), F("bumped_at").desc(), F("id").desc(), name="topic_latest_category"),
            models.Index(F("site"), F("bumped_at").desc(), F("id").desc(), name="topic_latest"),
            models.Index(F("site"), F("state"), F("bumped_at").desc(), F("id").desc(), name="topic_latest_state"),
            models.Index(F("site"), F("score").desc(), F("id").desc(), name="topic_top"),
            models.Index(F("category"), F("score").desc(), F("id").desc(), name="topic_top_category"),
            models.Index(fields=["state", "asked_at"], name="topic_waiting"),
            models.Index(fields=["author", "-id"], name="topic_by_author"),
            models.Index(fields=["site", "asked_at"], name="topic_asked"),
            models.Index(fields=["site", "accepted_at"], name="topic_accepted"),
        ]

    def __str__(self) -> str:
        return f"topic {self.pk}"

    @property
    def same_problem_total(self) -> int:
        """People with the same problem, those of an import included."""
        return self.same_problem_count + self.imported_same_problem


class TopicTag(models.Model):
    """A tag on a topic."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "topic"], name="topic_tag_once")]

    def __str__(self) -> str:
        return f"tag {self.tag_id} on topic {self.topic_id}"


class Post(models.Model):
    """One text in a topic, as written (`raw`) and as cleaned HTML (`cooked`)."""

    Visibility = Visibility
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    """1 is the topic's own text; numbers are never given twice."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raw = models.TextField()
    cooked = models.TextField()
    cooker_version = models.PositiveIntegerField()
    language = models.CharField(max_length=10, default="en")
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.VISIBLE)
    is_unseen = models.BooleanField(default=False)
    """Held from the start and never visible since: the log has not heard of it."""
    helpful_count = models.PositiveIntegerField(default=0)
    imported_helpful = models.PositiveIntegerField(default=0)
    edit_number = models.PositiveIntegerField(default=0)
    """Grows with every change of the text."""
    edited_at = models.DateTimeField(null=True, blank=True)
    """Last change that has an entry in the history."""
    created_at = models.DateTimeField()
    """When it was written, also elsewhere before an import."""
    submission_key = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 null: never compared
    """The form submission it came from, so that sending twice makes one post."""
    change_waits = False
    """Set by `post_edit` when the change it made waits for review; not stored."""
    source_key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 empty would not be unique
    """What an import calls it."""

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="post_number_once"),
            models.UniqueConstraint(fields=["author", "submission_key"], name="post_submission_once"),
        ]
        indexes = [
            models.Index(fields=["author", "-id"], name="post_by_author"),
            models.Index(fields=["cooker_version", "id"], name="post_recook"),
        ]

    def __str__(self) -> str:
        return f"post {self.number} of topic {self.topic_id}"

    @property
    def helpful_total(self) -> int:
        """Helpful votes, those of an import included."""
        return self.helpful_count + self.imported_helpful


class PostEdit(models.Model):
    """The text of a post before one change of it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="edits")
    edit_number = models.PositiveIntegerField()
    """The post's edit number while this text stood."""
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    """Who replaced it."""
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    raw = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "edit_number"], name="post_edit_once")]

    def __str__(self) -> str:
        return f"edit {self.edit_number} of post {self.post_id}"


class TopicMember(models.Model):
    """What one member has read of a topic, and how closely they follow it."""

    class Level(models.IntegerChoices):
        MUTED = 0, _("Muted")
        NORMAL = 1, _("Normal")
        TRACKING = 2, _("Tracking")
        WATCHING = 3, _("Watching")

    class Reason(models.TextChoices):
        NONE = "", ""
        CHOSEN = "chosen", _("You chose this")
        AUTHOR = "author", _("You started it")
        REPLIED = "replied", _("You replied")
        SAME_PROBLEM = "same_problem", _("You have the same problem")

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="members")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    last_read = models.PositiveIntegerField(default=0)
    """Highest post number read; never moves back."""
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.NORMAL)
    reason = models.CharField(max_length=12, choices=Reason, default=Reason.NONE, blank=True)
    """Why the level is what it is; what a person chose is never changed by a rule."""
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "topic"], name="topic_member_once")]
        indexes = [models.Index(fields=["topic", "level"], name="topic_followers")]

    def __str__(self) -> str:
        return f"member {self.member_id} in topic {self.topic_id}"


class SameProblem(models.Model):
    """A member who has the problem of a question, too."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="same_problem_once")]

    def __str__(self) -> str:
        return f"member {self.member_id} has problem {self.topic_id}"


class Helpful(models.Model):
    """A member whom a post helped."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "member"], name="helpful_once")]

    def __str__(self) -> str:
        return f"post {self.post_id} helped member {self.member_id}"


class Draft(models.Model):
    """A text a member has not sent yet, on whatever device."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    context = models.CharField(max_length=80)
    """Which form it belongs to: `ask`, `ask:<category slug>`, `reply:<topic id>`, `edit:<post id>`."""
    sequence = models.PositiveIntegerField(default=0)
    """Grows with every save; a tab that saves over one it has not seen is refused."""
    base = models.PositiveIntegerField(default=0)
    """The edit number of the post an edit began from, so that it meets a newer text as a conflict."""
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "context"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft {self.context} of member {self.member_id}"


class PostImage(models.Model):
    """A picture of ours that a post shows; pictures without such a row belong to drafts or are left over."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="images")
    url = models.CharField(max_length=200, db_index=True)
    """Path, as `community.core.uploads` names it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "url"], name="post_image_once")]

    def __str__(self) -> str:
        return f"picture in post {self.post_id}"


class PostReference(models.Model):
    """A thing of another app that the text of a post leads to: an article."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="references")
    kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id", "post"], name="post_reference_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} in post {self.post_id}"


class TopicCase(models.Model):
    """What a CRM last said about the case of an escalated question."""

    class CaseState(models.TextChoices):
        OPEN = "open", pgettext("case", "Open")
        WAITING = "waiting", pgettext("case", "Waiting")
        SOLVED = "solved", pgettext("case", "Solved")
        CLOSED = "closed", pgettext("case", "Closed")

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="cases")
    connection_id = models.BigIntegerField()
    system = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=CaseState, default=CaseState.OPEN)
    reference = models.CharField(max_length=80, blank=True)
    as_of = models.DateTimeField()
    """When the CRM's record was changed."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "connection_id"], name="topic_case_once"),
            models.CheckConstraint(condition=~Q(state=""), name="topic_case_has_state"),
        ]

    def __str__(self) -> str:
        return f"case of topic {self.topic_id}"
