"""The mails a test provoked: what waits in the work tables is sent first, as the worker would."""

from typing import Any

from django.core import mail

from community.work.senders import senders


def account_mails() -> list[Any]:
    """Send the mails about accounts that wait; return all that were sent so far."""
    while senders["members.account_mail"].run_once():
        pass
    return mail.outbox
