"""`python -m bench.accounts`: whether an answer takes as long for an address we know as for one we do not.

Sign-up, login, reset and mailed code, 500 tries each for a known and an unknown address, taking turns; compared are the
medians of the processor's time, which neighbours do not disturb, and beside them those of the clock. Passwords are
hashed with fewer rounds than in use, so that it ends: a hash too many or too few still stands out by far.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

LIMIT_MS = 5.0
TRIES = 500
MEMBERS = 50
HASH_ROUNDS = 50_000
PASSWORD = "a-long-enough-password"  # noqa: S105 of invented members
Flow = Callable[[str, int], tuple[str, dict[str, Any]]]


@dataclass
class Times:
    """What the answers for one kind of address took, in ms."""

    processor: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)


FLOWS: dict[str, Flow] = {
    "login": lambda email, _: ("/accounts/login/", {"login": email, "password": "not-the-password"}),
    "sign-up": lambda email, number: (
        "/accounts/signup/",
        {"name": f"Somebody {number}", "email": email, "password1": PASSWORD},
    ),
    "reset": lambda email, _: ("/accounts/password/reset/", {"email": email}),
    "mailed code": lambda email, _: ("/accounts/login/code/", {"email": email}),
}


def main() -> int:
    """Measure in a database of its own; return 1 when an answer tells who has an account."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=TRIES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-accounts-") as folder:
        os.environ |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "community.settings.dev", "LOG_LEVEL": "ERROR"}
        known = _prepared()
        missed = [name for name, flow in FLOWS.items() if not _compared(name, flow, known, options.tries)]
    return 1 if missed else 0


def _prepared() -> list[str]:
    """Make the database and its members; return their addresses."""
    import django

    django.setup()
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password

    PBKDF2PasswordHasher.iterations = HASH_ROUNDS
    from community.core.serving.prepare import prepare

    prepare(lambda _: None, demo=False)
    from community.members.models import Member
    from community.members.services import member_join, member_sign_up

    password = make_password(PASSWORD)
    emails = [f"known-{number}@example.com" for number in range(MEMBERS)]
    for number, email in enumerate(emails):
        member = member_sign_up(name=f"Member {number}", handle="", email=email, password=PASSWORD, language="en")
        EmailAddress.objects.update_or_create(user=member, email=email, defaults={"verified": True, "primary": True})
        member_join(member)
    Member.objects.filter(email__in=emails).update(password=password)
    return emails


def _compared(name: str, flow: Flow, known: list[str], tries: int) -> bool:
    """Print what both kinds of address took; return whether the difference says nothing."""
    times = {"known": Times(), "unknown": Times()}
    for number in range(-5, tries):  # the first ones warm up
        turns = list(times)
        random.shuffle(turns)
        for kind in turns:
            email = (
                known[number % MEMBERS] if kind == "known" else f"unknown-{name.replace(' ', '')}{number}@example.com"
            )
            cpu, clock = _answered(*flow(email, number))
            if number >= 0:
                times[kind].processor.append(cpu)
                times[kind].clock.append(clock)
    differences = []
    for what in ("processor", "clock"):
        known_ms, unknown_ms = (statistics.median(getattr(taken, what)) for taken in times.values())
        differences.append(abs(known_ms - unknown_ms))
        print(  # noqa: T201
            f"{name:<12} {what:<10} known {known_ms:7.2f} ms   unknown {unknown_ms:7.2f} ms"
            f"   difference {differences[-1]:5.2f} ms   (medians of {tries})"
        )
    return differences[0] <= LIMIT_MS


def _answered(path: str, data: dict[str, Any]) -> tuple[float, float]:
    """Return the processor's and the clock's time of one answer, in ms, as a browser never seen before."""
    from django.core.cache import cache
    from django.test import Client

    cache.clear()  # rate limits have tests of their own
    client = Client(headers={"host": "localhost"})
    cpu, clock = time.thread_time(), time.perf_counter()
    answer = client.post(path, data)
    taken = (time.thread_time() - cpu) * 1000, (time.perf_counter() - clock) * 1000
    assert answer.status_code in (200, 302, 422), f"{path}: {answer.status_code}"  # noqa: S101
    return taken


if __name__ == "__main__":
    sys.exit(main())
