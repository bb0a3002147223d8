"""Export and erase what notifications hold about a member."""

from collections.abc import Mapping
from typing import Any

from community.notifications.models import Choice, Mail, MailStop, Notification, Preference


class NotificationsCollector:
    """Notices and choices go with the member; in what others were told, the member is a number."""

    name = "notifications"
    models: tuple[str, ...] = (
        "notifications.Notification",
        "notifications.Choice",
        "notifications.MailStop",
        "notifications.Preference",
        "notifications.Mail",
    )

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return choices, schedule, stopped threads and every notice. Queries: 4."""
        schedule = ("mails", "digest", "digest_day", "digest_hour", "quiet_from", "quiet_until", "returned_address")
        notices = Notification.objects.filter(member_id=member_id).order_by("pk")
        return {
            "choices": list(Choice.objects.filter(member_id=member_id).order_by("pk").values("kind", "channel", "on")),
            "schedule": Preference.objects.filter(member_id=member_id).values(*schedule).first(),
            "no_mail_about": [
                f"{kind}:{pk}"
                for kind, pk in MailStop.objects.filter(member_id=member_id)
                .order_by("pk")
                .values_list("thread_kind", "thread_id")
            ],
            "notices": [
                {
                    "at": notice.created_at.isoformat(),
                    "kind": notice.kind,
                    "about": f"{notice.subject_kind}:{notice.subject_id}",
                    "read_at": notice.read_at.isoformat() if notice.read_at else None,
                    "mailed": notice.mail_id is not None,
                }
                for notice in notices.iterator()
            ],
        }

    def erase(self, member_id: int) -> None:
        """Remove all of it; mails that wait are not sent. Idempotent: yes. Queries: 5."""
        for model in (Notification, Choice, MailStop, Preference, Mail):
            rows = model._base_manager.filter(member_id=member_id)
            rows._raw_delete(rows.db)
