"""The work table: documents that may differ from what the engine holds."""

from django.db import models

from community.work.models import WorkItem

NORMAL, BULK = 5, 8
"""Priorities: what people just did, before imports and repairs."""


class SearchDirty(WorkItem):
    """A thing whose document must be written anew, from the facts at the time of writing."""

    kind = models.CharField(max_length=60)
    """Kind of subject."""
    object_id = models.BigIntegerField()
    deep = models.BooleanField(default=False, db_default=False)
    """Whether the documents that hang on it (replies on a topic, topics on a category) must follow."""
    priority = models.PositiveSmallIntegerField(default=NORMAL, db_default=NORMAL)

    mark_key = ("kind", "object_id", "deep")

    class Meta(WorkItem.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "deep"], name="search_dirty_once"),
        ]
        indexes = [models.Index(fields=["state", "priority", "id"], name="search_dirty_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
