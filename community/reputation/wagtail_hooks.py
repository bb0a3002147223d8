"""Rules and levels in the site's administration."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from community.reputation.models import Level, ReputationRule


class _ChangeOnly(ModelPermissionPolicy):
    """Rules are neither added nor removed by hand: code says what they mean."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in ("change", "view") and super().user_has_permission(user, action)


class RuleViewSet(ModelViewSet):
    """The numbers of each rule; rules themselves are code."""

    model = ReputationRule
    icon = "form"
    permission_policy = _ChangeOnly(ReputationRule)
    form_fields = ["author_points", "actor_points", "daily_cap", "enabled"]
    list_display = ["__str__", "author_points", "actor_points", "daily_cap", "enabled"]


class LevelViewSet(ModelViewSet):
    """Names and thresholds."""

    model = Level
    icon = "rotate"
    form_fields = ["name", "threshold"]
    list_display = ["name", "threshold"]


class ReputationGroup(ViewSetGroup):
    """One menu entry for both."""

    menu_label = _("Reputation")
    menu_icon = "pick"
    items = (RuleViewSet("reputation_rules"), LevelViewSet("reputation_levels"))


@hooks.register("register_admin_viewset")
def reputation_viewsets() -> ReputationGroup:
    """Add rules and levels to the administration."""
    return ReputationGroup()
