"""What the CMS must not do with members: they are made, changed and erased by our services only."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from wagtail import hooks

from community.members.models import Member


@hooks.register("construct_settings_menu")
def users_hide(request: HttpRequest, menu_items: list[Any]) -> None:
    """Take the CMS's own page of users out of its menu."""
    menu_items[:] = [item for item in menu_items if item.name != "users"]


@hooks.register("before_create_user")
@hooks.register("before_edit_user")
@hooks.register("before_delete_user")
def user_change_refuse(request: HttpRequest, *members: Any) -> HttpResponse:
    """Refuse its forms: they know nothing of handles, confirmed addresses, the log or erasure."""
    return HttpResponseForbidden()


@hooks.register("before_bulk_action")
def users_bulk_refuse(request: HttpRequest, action_type: str, objects: Any, action: Any) -> HttpResponse | None:
    """Refuse them in bulk, too."""
    return HttpResponseForbidden() if Member in action.models else None
