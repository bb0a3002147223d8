"""Confirming once more by a mailed code: for members who have neither a password nor a second factor."""

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.internal.cryptokit import compare_user_code
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from community.core.errors import Invalid
from community.core.limits import hit

SESSION_KEY = "members.reauthentication"
CODE_LIFE_S = 600
ATTEMPTS = 3


def needs_mailed_code(request: HttpRequest) -> bool:
    """Tell whether this member has no other way to confirm, and neither signed in nor confirmed just now."""
    user = request.user
    if not user.is_authenticated or get_reauthentication_flows(user):
        return False
    codes = [record["at"] for record in get_authentication_records(request, user) if record["method"] == "code"]
    return not codes or time.time() - codes[-1] > REAUTHENTICATION_TIMEOUT


def code_send(request: HttpRequest) -> None:
    """Mail a fresh code to the member. Raises: TooMany beyond five in ten minutes."""
    hit(f"members.reauthenticate:{request.user.pk}", "5/10m")
    adapter = get_adapter(request)
    code = adapter.generate_login_code()
    request.session[SESSION_KEY] = {"code": code, "at": time.time(), "attempts": 0}
    address = request.user.email  # type: ignore[union-attr]
    adapter.send_mail("account/email/reauthentication_code", address, {"user": request.user, "code": code})


def code_was_sent(request: HttpRequest) -> bool:
    """Tell whether a code is waiting to be entered."""
    return _waiting(request) is not None


def code_confirm(request: HttpRequest, code: str) -> None:
    """Count this session as confirmed. Raises: Invalid for a wrong or old code; three wrong ones need a new mail."""
    state = _waiting(request)
    if state is None:
        raise Invalid(_("This code is too old. Ask for a new one."), field="code")
    if not compare_user_code(actual=code, expected=state["code"]):
        state["attempts"] += 1
        request.session[SESSION_KEY] = state if state["attempts"] < ATTEMPTS else None
        raise Invalid(_("This is not the code we mailed."), field="code")
    del request.session[SESSION_KEY]
    record_authentication(request, request.user, method="code", reauthenticated=True)


def _waiting(request: HttpRequest) -> dict[str, Any] | None:
    state = request.session.get(SESSION_KEY)
    return state if state and time.time() - state["at"] < CODE_LIFE_S else None
