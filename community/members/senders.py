"""What leaves from the members' work table: mails about accounts, on a line of their own before all others."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.core.mail import EmailMessage
from django.utils import timezone

from community.core.sealing import SealBrokenError
from community.members.mails import mail_opened
from community.members.models import AccountMail
from community.work.mailing import MailSender
from community.work.outcomes import Dead, Done, Outcome

logger = logging.getLogger(__name__)

LIFE = timedelta(hours=1)
"""Codes are good for minutes: what could not leave for so long is of no use, and its secret goes."""


class AccountMailSender(MailSender[AccountMail]):
    """Codes, links and notices about accounts."""

    name = "members.account_mail"
    model = AccountMail

    def compose(self, item: AccountMail) -> EmailMessage | Outcome:
        """Open the sealed mail; drop one that is too old or empty."""
        if not item.sealed or timezone.now() - item.created_at > LIFE:
            logger.warning("account mail %s was not sent within %s", item.pk, LIFE)
            return Done()
        try:
            return mail_opened(item.sealed)
        except SealBrokenError:
            return Dead("its seal cannot be opened")

    def returned(self, item: AccountMail, code: str) -> None:
        """Nothing to stop: the person will ask again."""
        logger.info("account mail %s came back: %s", item.pk, code)

    def settled(self, settlements: Sequence[tuple[AccountMail, Outcome]]) -> None:
        """Also empty what ended dead: nobody should find a code there."""
        super().settled(settlements)
        ended = self.model.objects.filter(pk__in=[item.pk for item, _outcome in settlements], state="dead")
        ended.update(sealed="")
