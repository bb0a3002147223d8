"""The inbox, the bell, the settings, and the links of mails."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.limits import hit, limit_writes
from community.members.models import Member
from community.notifications.forms import ScheduleForm, matrix_wanted
from community.notifications.kinds import kinds
from community.notifications.kinds.base import Thing
from community.notifications.selectors.inbox import PAGE, Asked, Gone, inbox_lists
from community.notifications.selectors.settings import right_now, settings_page
from community.notifications.services.choosing import (
    address_retry,
    mail_stop,
    mails_stop_by_token,
    preferences_save,
)
from community.notifications.services.reading import notices_read, notices_withdraw
from community.notifications.tokens import stop_token

WRITE_RATE = "240/h"
LISTS = {"names": True, "rest": False}


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show both lists, or a page of one (`?list=names&after=…`)."""
    wanted = request.GET.get("list", "")
    if wanted and wanted not in LISTS:
        raise Http404
    gone, names = Gone(), [name for name in LISTS if wanted in ("", name)]
    asked = [_asked(request, name, alone=bool(wanted)) for name in names]
    unread = request.unread  # type: ignore[attr-defined]
    found = inbox_lists(_me(request), asked, site_id=_site_id(request), unread=unread, gone=gone)
    lists = dict(zip(names, found, strict=True))
    if gone.notice_ids:
        notices_withdraw(member=_me(request), notice_ids=gone.notice_ids, threads=gone.threads)
    context = {"lists": lists, "list": wanted, "section": "inbox", "now": right_now(_me(request))}
    response = render(request, "notifications/inbox.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest, name: str, *, alone: bool) -> Asked:
    if not alone:
        return Asked(names_you=LISTS[name])
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return Asked(names_you=LISTS[name], size=PAGE, after=after, before=before)


@login_required
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """Show the bell alone, for a page that asks whether something came."""
    response = render(request, "notifications/bell.html")
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
@limit_writes("notifications.read", WRITE_RATE)
def read(request: HttpRequest) -> HttpResponse:
    """Count as read: a thread (`thread=forums.topic:7`), a list (`list=names`), or all. Raises: Http404."""
    wanted, thread = request.POST.get("list", ""), request.POST.get("thread", "")
    if wanted and wanted not in LISTS:
        raise Http404
    notices_read(
        member=_me(request),
        site_id=_site_id(request),
        thread=_thing(thread) if thread else None,
        names_you=LISTS[wanted] if wanted else None,
    )
    return redirect("notifications:inbox")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("notifications.settings", "60/h")
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change what reaches the member, by what and when."""
    page = settings_page(_me(request), site_id=_site_id(request))
    form = ScheduleForm(page.preference, request.POST or None)
    if request.method == "POST" and form.is_valid():
        preferences_save(member=_me(request), schedule=form.schedule, wanted=matrix_wanted(request.POST))
        messages.success(request, _("Your settings are saved."))
        return redirect("notifications:settings")
    status = 422 if form.errors else 200
    return render(request, "notifications/settings.html", {"page": page, "form": form}, status=status)


@login_required
@require_POST
@limit_writes("notifications.settings", "60/h")
def resume(request: HttpRequest) -> HttpResponse:
    """Let mails come again: about a thread (`thread=…`), or to an address that they came back from."""
    if thread := request.POST.get("thread", ""):
        mail_stop(member_id=_me(request).pk, thread=_thing(thread), stopped=False)
        messages.success(request, _("Mails about this topic come again."))
    else:
        address_retry(member=_me(request))
        messages.success(request, _("We try your address again."))
    return redirect("notifications:settings")


@csrf_exempt  # nosemgrep: unsafe-exemption the signed address permits; mail readers bring no cookie (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and on a POST stop at once, what a mail's link names; `act=undo` lets it come again. Needs no sign-in.

    Looking at the page changes nothing: what scans mails follows links. Raises: Http404 for a link that is not ours.
    """
    what = stop_token(token)
    if what is None:
        raise Http404
    done = ""
    if request.method == "POST":
        hit(f"notifications.stop:{what.member_id}", "60/h")
        done = "undone" if request.POST.get("act") == "undo" else "stopped"
        mails_stop_by_token(what, stopped=done == "stopped")
    context = {"what": what, "done": done, "token": token, "kind": kinds().get(what.key)}
    response = render(request, "notifications/stop.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _me(request: HttpRequest) -> Member:
    member: Any = request.user
    return member


def _site_id(request: HttpRequest) -> int | None:
    site = getattr(request, "site", None)
    return site.pk if site else None


def _thing(text: str) -> Thing:
    """Return the thing a form names. Raises: Http404."""
    kind, _colon, number = text.partition(":")
    if not number.isdecimal() or len(number) > 18 or len(kind) > 40:
        raise Http404
    return kind, int(number)
