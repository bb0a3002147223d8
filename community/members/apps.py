"""Members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.members"
    label = "members"

    def ready(self) -> None:
        """Register the subject, the checks and the collector."""
        from community.activity.subjects import register_subject
        from community.core.collectors import register_collector
        from community.core.permissions import register_check
        from community.members import activities, permissions  # noqa: F401 declares the types
        from community.members.privacy import MembersCollector
        from community.members.senders import AccountMailSender
        from community.members.services import signups_expire
        from community.members.subjects import MemberSubject
        from community.work.periodic import register_periodic
        from community.work.senders import register_sender

        register_subject(MemberSubject())
        register_collector(MembersCollector())
        register_sender(AccountMailSender())
        register_check("members.staff", permissions.role_check)
        register_check("members.member_write", permissions.member_write_check)
        register_check("members.member_update", permissions.member_update_check)
        register_check("members.member_suspend", permissions.member_suspend_check)
        register_periodic("members.signups_expire", 86_400, signups_expire)
        self._listen_to_allauth()

    def _listen_to_allauth(self) -> None:
        """The border with the sign-in library: its signals call one service each."""
        from allauth.account.signals import email_changed, password_changed, password_reset, password_set
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset

        from community.members import adapters

        email_changed.connect(adapters.on_email_changed)
        for changed in (password_changed, password_set, password_reset):
            changed.connect(adapters.on_password_changed)
        authenticator_added.connect(adapters.on_second_factor_added)
        authenticator_removed.connect(adapters.on_second_factor_removed)
        authenticator_reset.connect(adapters.on_second_factor_changed)
