"""Who takes a new installation: whoever reads the console of the server (`docs/adr/setup-by-a-code.md`)."""

import hashlib
import hmac

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.core.errors import Invalid
from community.members.inviting import password_check
from community.members.models import Member
from community.members.services import member_create
from community.portal.models import SetupCode, SetupStep
from community.portal.setup.steps import STEPS

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_WAITS_KEY = "portal:waits"
_CACHED_S = 60


def setup_lines() -> list[str]:
    """Return what `serve` prints while nobody runs the community: where to go, and a new code; the former is void."""
    if Member.objects.exists():
        return []
    code = get_random_string(12, ALPHABET)
    with transaction.atomic():
        SetupCode.objects.all().delete()
        SetupCode.objects.create(digest=_digest(code))
    cache.delete(_WAITS_KEY)
    shown = "-".join((code[:4], code[4:8], code[8:]))
    return ["Nobody runs this community yet. Set it up with this code, which works once:", "", f"  {shown}"]


def is_waiting() -> bool:
    """Tell whether the installation waits for its administrator. Queries: 0 when cached, else 1."""
    waits = cache.get(_WAITS_KEY)
    if waits is None:
        waits = SetupCode.objects.exists()
        cache.set(_WAITS_KEY, waits, _CACHED_S)
    return bool(waits)


def installation_claim(*, site: Site, code: str, name: str, email: str, password: str) -> Member:
    """Make the administrator and begin set-up. Only once: the code goes in the same transaction.

    Raises: Invalid beside its field; Conflict when the address is in use.
    """
    given = _digest(code.replace("-", "").replace(" ", "").upper())
    with transaction.atomic():
        waiting = SetupCode.objects.select_for_update().first()
        if waiting is None or not hmac.compare_digest(waiting.digest, given):
            raise Invalid(_("This is not the code the server printed when it started."), field="code")
        password_check(password, name=name, email=email)
        member = member_create(
            name=name,
            email=email,
            password=password,
            email_verified=True,
            roles=[Member.Role.ADMINISTRATOR],
            language=get_language() or settings.LANGUAGE_CODE,
        )
        SetupCode.objects.all().delete()
        SetupStep.objects.bulk_create([SetupStep(site=site, name=step) for step in STEPS], ignore_conflicts=True)
    cache.delete(_WAITS_KEY)
    return member


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
