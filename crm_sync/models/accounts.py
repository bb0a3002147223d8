"""What CRMs say of the companies members work for. Staff only, on every surface."""

from django.db import models

from crm_sync.models.connections import Connection


class AccountFact(models.Model):
    """A company with its plan, revenue and owner, as one CRM knows it."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="accounts")
    remote_id = models.CharField(max_length=120)
    name = models.CharField(max_length=160)
    plan = models.CharField(max_length=80, blank=True)
    revenue_minor = models.BigIntegerField(null=True)
    """Yearly, in the currency's smallest unit."""
    currency = models.CharField(max_length=3, blank=True)
    owner = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()
    """When the CRM changed it."""
    as_of = models.DateTimeField()
    """When we read that; the account cursor's `polled_at` says until when it was confirmed."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "remote_id"], name="account_fact_once")]

    def __str__(self) -> str:
        return self.name
