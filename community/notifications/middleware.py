"""Notices of what a member has just looked at count as read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from community.core.showing import showing_of
from community.notifications.selectors.unread import LIMIT, UnreadNotice, unread_of
from community.notifications.services.reading import thread_seen

GetResponse = Callable[[HttpRequest], HttpResponse]


class SeenMiddleware:
    """Keep the unread notices for the bell, and after a page that says what it shows, count those as read.

    Costs visitors nothing, members the bell's query; a write only when there was something to read.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        member, site = request.user, request.site  # type: ignore[attr-defined]
        request.unread = SimpleLazyObject(lambda: unread_of(member, site_id=site.pk if site else None))  # type: ignore[attr-defined, arg-type]
        response = self.get_response(request)
        showing = showing_of(request)
        if showing and response.status_code == 200 and request.method == "GET":
            unread: list[UnreadNotice] = request.unread  # type: ignore[attr-defined]
            if len(unread) >= LIMIT or any(notice.is_before(showing) for notice in unread):
                thread_seen(member=member, thread=(showing.kind, showing.id), number=showing.number)  # type: ignore[arg-type]
        return response
