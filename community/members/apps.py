"""Members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.members"
    label = "members"

    def ready(self) -> None:
        """Register the subject, the checks and the collector."""
        from community.activity.subjects import register_subject
        from community.core.permissions import register_check
        from community.members import activities, permissions  # noqa: F401 declares the types
        from community.members.subjects import MemberSubject

        register_subject(MemberSubject())
        register_check("members.staff", permissions.role_check)
        register_check("members.member_write", permissions.member_write_check)
        register_check("members.member_update", permissions.member_update_check)
        register_check("members.member_suspend", permissions.member_suspend_check)
