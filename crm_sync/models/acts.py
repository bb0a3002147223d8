"""What colleagues did to the sync, kept: who paused it, who gave a record up and why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm_sync.models.connections import Connection


class StaffAct(models.Model):
    """One act of one colleague; append-only. The member is a bare id; erasing them empties their reasons."""

    class Action(models.TextChoices):
        CREATED = "created", _("Connection added")
        EDITED = "edited", _("Connection changed")
        TESTED = "tested", _("Connection tested")
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Resumed")
        RULE_SET = "rule_set", _("Rule switched on")
        RULE_UNSET = "rule_unset", _("Rule switched off")
        RETRIED = "retried", _("Tried again")
        DISCARDED = "discarded", _("Given up")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="acts")
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=12, choices=Action)
    reason = models.CharField(max_length=200, blank=True)
    """In the colleague's words."""
    count = models.PositiveIntegerField(default=0)
    """Records it was about; 0 for the connection itself."""
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["connection", "-id"], name="staff_act_of_connection")]

    def __str__(self) -> str:
        return f"{self.action} of {self.connection_id} at {self.at}"
