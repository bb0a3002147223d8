"""What the log was last told of each page, so that it can be told what has changed since."""

from django.db import models


class Told(models.Model):
    """A page that readers see, as the last activity about it left it; gone when it is seen no longer.

    `community.knowledge.services.telling` compares it with Wagtail's tables: after every change of the CMS in the same
    transaction, and once in a while for everything.
    """

    page_id = models.BigIntegerField(primary_key=True)
    """No foreign key: what is told of a page outlives it until its deletion is told, too."""
    kind = models.CharField(max_length=30)
    """Kind of its subject: `knowledge.article`."""
    revision_id = models.BigIntegerField(default=0)
    """The published revision; 0 for a page published without one."""
    place = models.TextField()
    """Path in the tree, and slug."""
    audience = models.TextField()
    """Tokens, sorted, with blanks between."""

    def __str__(self) -> str:
        return f"{self.kind} {self.page_id}"
