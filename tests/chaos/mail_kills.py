"""Sends mails in processes that are killed at random; prints what is left. Run by test_mail_kills.py in its database.

`--careless` takes the protection away: a mail whose text may have gone is sent again.
"""

import argparse
import json
import os
import random
import signal
import time
from collections import Counter
from typing import Any

import django

TIMEOUT_S = 300


def main() -> None:
    """Queue mails, kill senders until there is nothing to send, print the rest."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, required=True)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--careless", action="store_true")
    wanted = parser.parse_args()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _queue(wanted.mails)
    kills = _send(wanted.kills, careless=wanted.careless)
    from community.members.models import AccountMail

    left = Counter(f"{row.state}: {row.last_error}" for row in AccountMail.objects.all())
    print(json.dumps({"kills": kills, "left": left}))  # noqa: T201 for the test


def _queue(mails: int) -> None:
    from django.core.mail import EmailMultiAlternatives

    from community.members.mails import mail_queue

    for number in range(mails):
        mail = EmailMultiAlternatives(f"Mail {number:04}", "A code", "a@example.com", [f"ada{number}@example.com"])
        mail.attach_alternative("<p>A code</p>", "text/html")
        mail_queue(mail)


def _send(kills: int, *, careless: bool) -> int:
    """Fork senders, kill the first `kills` of them, let the last ones finish."""
    from django.db import connections

    from community.members.models import AccountMail

    dice, killed = random.Random(7), 0  # noqa: S311 a repeatable dice
    deadline = time.monotonic() + TIMEOUT_S
    while AccountMail.objects.filter(state="waiting").exists():
        assert time.monotonic() < deadline, "the mails do not come to an end"
        AccountMail.objects.update(not_before=None)
        connections.close_all()
        child = os.fork()
        if child == 0:
            _work(careless=careless)
        if killed < kills:
            time.sleep(dice.uniform(0.02, 0.25))
            os.kill(child, signal.SIGKILL)
            killed += 1
        os.waitpid(child, 0)
    return killed


def _work(*, careless: bool) -> None:
    """Be a sender until there is nothing due; never returns."""
    from community.members.senders import AccountMailSender

    class Sender(AccountMailSender):
        lease_s = 0.3
        batch = 5

        def _outcome(self, item: Any, courier: Any) -> Any:
            if careless:
                item.handed_at = None
            return super()._outcome(item, courier)

    sender = Sender()
    try:
        while sender.run_once():
            pass
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
