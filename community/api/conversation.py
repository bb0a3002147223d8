"""What every request of the API gets: who asks, in what language, how often, and problem details for each refusal."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext_lazy as _

from community.api.errors import TokenNeeded
from community.api.services import token_use
from community.core.errors import DomainError, TooMany
from community.core.limits import SAFE_METHODS, Allowance, client_ip, hit
from community.core.problems import FieldError, problem_response, status_of

View = Callable[..., HttpResponse]

READ_RATE = "300/m"
WRITE_RATE = "60/m"
VISITOR_RATE = "60/m"
REFUSED_RATE = "20/m"
"""Tokens that are not in use, from one address: nobody tries many."""
_BEARER = re.compile(r"bearer +([\x21-\x7e]+) *", re.IGNORECASE)


def conversation(view: View) -> View:
    """Answer requests of programs: no session counts, a token does; every refusal is problem details."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with override(get_language_from_request(request)):
            response = _answered(view, request, *args, **kwargs)
            patch_vary_headers(response, ("Authorization", "Accept-Language"))
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    # (cookies say nothing here, so no other site can use one)
    return answer


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        _caller_set(request)
        allowance = _allowance(request)
    except DomainError as refused:
        return refusal(request, refused)
    try:
        response = view(request, *args, **kwargs)
    except DomainError as refused:
        response = refusal(request, refused)
    except (Http404, ObjectDoesNotExist):
        response = problem_response(request, 404)
    except RequestDataTooBig:
        response = problem_response(request, 413)
    if response.status_code == 405:
        allow = response["Allow"]
        response = problem_response(request, 405, detail=_("Allowed here: %(methods)s.") % {"methods": allow})
        response["Allow"] = allow
    _allowance_say(response, allowance)
    return _conditional(request, response)


def refusal(request: HttpRequest, refused: DomainError) -> HttpResponse:
    """Return the problem details of what a service raised."""
    if isinstance(refused, TokenNeeded):
        response = problem_response(request, 401, detail=refused.reason)
        response["WWW-Authenticate"] = 'Bearer realm="api"'
        return response
    field = getattr(refused, "field", None)
    errors = (FieldError(field=field, detail=str(refused.reason)),) if field else ()
    more = {"edit_number": refused.edit_number} if hasattr(refused, "edit_number") else {}
    response = problem_response(request, status_of(refused), detail=refused.reason, errors=errors, more=more)
    if isinstance(refused, TooMany):
        response["Retry-After"] = str(refused.retry_after_s)
    return response


def _caller_set(request: Any) -> None:
    """Set `request.token` and `request.user`: the member of the token, or nobody. Raises: TokenNeeded, TooMany."""
    request.user, request.token = AnonymousUser(), None
    header = request.headers.get("Authorization")
    if header is None:
        return
    bearer = _BEARER.fullmatch(header)
    request.token = token_use(bearer[1]) if bearer else None
    if request.token is None:
        hit(f"api.refused:ip:{client_ip(request)}", REFUSED_RATE)
        raise TokenNeeded(_("This token is not in use: misspelt, revoked, expired, or its member cannot sign in."))
    request.user = request.token.member


def _allowance(request: Any) -> Allowance:
    """Count the request. Raises: TooMany."""
    if request.token is None:
        return hit(f"api:ip:{client_ip(request)}", VISITOR_RATE)
    if request.method in SAFE_METHODS:
        return hit(f"api.read:token:{request.token.pk}", READ_RATE)
    return hit(f"api.write:token:{request.token.pk}", WRITE_RATE)


def _allowance_say(response: HttpResponse, allowance: Allowance) -> None:
    """Say what is left; where a service's own limit was met, that counts."""
    refused = response.status_code == 429
    response["RateLimit-Limit"] = str(allowance.limit)
    response["RateLimit-Remaining"] = "0" if refused else str(allowance.left)
    response["RateLimit-Reset"] = response["Retry-After"] if refused else str(allowance.reset_s)


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give what was read an ETag, and answer 304 to whoever has it."""
    if request.method not in SAFE_METHODS or response.status_code != 200:
        return response
    response["ETag"] = etag = f'W/"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    return get_conditional_response(request, etag=etag, response=response)  # type: ignore[return-value]
