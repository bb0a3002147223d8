"""Rate limits, counted in the shared cache: fixed windows, so a burst at a window's edge may pass twice its rate.

A rate is written `20/h`, `5/10m`, `3/s`: how often, in how long.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from community.core.errors import TooMany

View = Callable[..., HttpResponseBase]
_RATE = re.compile(r"(\d+)/(\d*)([smhd])")
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def parse_rate(rate: str) -> tuple[int, int]:
    """Return (times, window in seconds) of a rate like `20/h`. Raises: ValueError for anything else."""
    match = _RATE.fullmatch(rate)
    if match is None:
        raise ValueError(f"not a rate: {rate!r}")
    times, amount, unit = match.groups()
    return int(times), int(amount or 1) * _UNIT_S[unit]


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What is left of a rate in its present window."""

    limit: int
    left: int
    reset_s: int
    """Seconds until the window ends."""


def hit(key: str, rate: str) -> Allowance:
    """Count one use of `key` (`forums.reply:member:7`), return what is left, raise TooMany when `rate` was used up.

    Raises: TooMany with the seconds until the window ends.
    """
    times, window_s = parse_rate(rate)
    now = time.time()
    slot = int(now // window_s)
    cache_key = f"limit:{key}:{rate}:{slot}"
    cache.add(cache_key, 0, window_s + 1)
    try:
        used = cache.incr(cache_key)
    except ValueError:  # gone between the two calls: a flush or a full cache; counts as the first
        used = 1
    reset_s = max(1, int((slot + 1) * window_s - now) + 1)
    if used > times:
        raise TooMany(_("You are going too fast. Wait a moment and try again."), retry_after_s=reset_s)
    return Allowance(limit=times, left=times - used, reset_s=reset_s)


def client_ip(request: HttpRequest) -> str:
    """Return the address of the client of a request."""
    return client_address(request.META.get("HTTP_X_FORWARDED_FOR", ""), request.META.get("REMOTE_ADDR", ""))


def client_address(forwarded_for: str, peer: str) -> str:
    """Return the address of a client, believing as many X-Forwarded-For hops as proxies are trusted.

    Set `TRUSTED_PROXIES` to the number of our own proxies; 0 ignores the header, which anybody can send.
    """
    proxies: int = getattr(settings, "TRUSTED_PROXIES", 0)
    if proxies:
        hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
        if len(hops) >= proxies:
            return hops[-proxies]
    return peer or "unknown"


def who(request: HttpRequest) -> str:
    """Return whom a limit counts: the signed-in member, else the address."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"member:{user.pk}"
    return f"ip:{client_ip(request)}"


def limit_writes(name: str, rate: str) -> Callable[[View], View]:
    """Limit the unsafe requests (POST and the like) one member or address makes to the decorated view.

    Args:
        name: what is counted; views that share a name share the allowance.
        rate: `20/h`.
    Raises: TooMany, which becomes the 429 page.
    """
    parse_rate(rate)

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in SAFE_METHODS:
                hit(f"{name}:{who(request)}", rate)
            return view(request, *args, **kwargs)

        return limited

    return decorate
