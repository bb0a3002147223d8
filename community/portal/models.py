"""What set-up remembers."""

from django.db import models
from django.utils import timezone


class SetupCode(models.Model):
    """While a row exists, the installation waits for its administrator, who shows the code that `serve` printed."""

    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"made at {self.made_at}"


class SetupStep(models.Model):
    """How far one site is with one step of set-up."""

    class State(models.TextChoices):
        """A skipped step stays on the check-list; one that was put away does not."""

        OPEN = "open"
        SKIPPED = "skipped"
        DONE = "done"
        AWAY = "away"

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="setup_step_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class SampleThing(models.Model):
    """One thing that the sample content brought, so that exactly these can go again."""

    class Kind(models.TextChoices):
        """What it is; places only where there were none."""

        TOPIC = "topic"
        CATEGORY = "category"
        IDEA = "idea"
        BOARD = "board"
        ARTICLE = "article"
        SECTION = "section"
        MEMBER = "member"

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="sample_thing_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
