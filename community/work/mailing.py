"""Mails as work: what every sender of mails shares. Nothing is lost without a word, and nothing is sent twice.

Until the mail server is ready for a text, a crash costs nothing: the row is taken again. Then `handed_at` is committed
and the text goes. Whoever finds a row with `handed_at` and no settlement cannot know whether it arrived; it is not sent
again but waits, dead, for a person (`docs/adr/mail-unknown-outcome.md`).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from community.work.courier import Courier, Fate, Verdict
from community.work.models import MailItem
from community.work.outcomes import Dead, Done, Failed, Later, Outcome
from community.work.senders import Sender

T = TypeVar("T", bound=MailItem)

UNKNOWN = "unknown: the mail server's answer was lost"
UNREACHABLE = "the mail server cannot be reached"
UNREACHABLE_PAUSE_S = 60


class MailSender(Sender[T]):
    """Base of senders of mails: one conversation a batch, one settlement a mail."""

    batch = 20
    lease_s = 180
    """Longer than connecting and one conversation with EMAIL_TIMEOUT (20 s) at each step."""
    max_attempts = 40
    """About a day and a half: servers that put strangers off want to be asked for that long."""

    def compose(self, item: T) -> EmailMessage | Outcome:
        """Return the mail, from what is true now; or what becomes of the row without one (`Done`: not wanted)."""
        raise NotImplementedError

    def handing(self, item: T) -> None:
        """Write what belongs to the moment the text goes, in the transaction of `handed_at`."""

    def returned(self, item: T, code: str) -> None:
        """The address does not exist; called in the transaction of the settlement."""

    def send(self, items: Sequence[T]) -> Iterable[Sequence[tuple[T, Outcome]]]:
        """Send one after another; where the server cannot be reached, all wait."""
        with Courier() as courier:
            for position, item in enumerate(items):
                if not self.hold([item]):
                    continue
                outcome = self._outcome(item, courier)
                if isinstance(outcome, Later) and outcome.error == UNREACHABLE:
                    yield [(waiting, outcome) for waiting in items[position:]]
                    return
                if outcome is not None:
                    yield [(item, outcome)]

    def settled(self, settlements: Sequence[tuple[T, Outcome]]) -> None:
        """Forget `handed_at` where the server said no: that mail has not arrived."""
        for item, _outcome in settlements:
            if item.returned_code:
                self.returned(item, item.returned_code)
        known = [item.pk for item, outcome in settlements if isinstance(outcome, Failed | Later)]
        known += [item.pk for item, outcome in settlements if isinstance(outcome, Dead) and outcome.error != UNKNOWN]
        if known:
            self.model._base_manager.filter(pk__in=known, handed_at__isnull=False).update(handed_at=None)

    def refused(self, items: Sequence[T]) -> None:
        """Nothing: a mail that was handed over is not handed over again, whoever settles it."""

    def _outcome(self, item: T, courier: Courier) -> Outcome | None:
        """Compose and deliver; None when somebody else holds the row by now."""
        if item.handed_at is not None and item.last_error != UNKNOWN:  # else a person has decided to send it again
            return Dead(UNKNOWN)
        composed = self.compose(item)
        if not isinstance(composed, EmailMessage):
            return composed
        return self._judged(item, courier.deliver(composed, hand=lambda: self._hand(item)))

    def _judged(self, item: T, verdict: Verdict) -> Outcome | None:
        if verdict.fate == Fate.UNREACHABLE:
            return Later(timezone.now() + timedelta(seconds=UNREACHABLE_PAUSE_S), UNREACHABLE)
        if verdict.fate == Fate.NO_SUCH_ADDRESS:
            item.returned_code = verdict.code
            return Done()
        outcomes: dict[Fate, Outcome | None] = {
            Fate.ACCEPTED: Done(),
            Fate.PUT_OFF: Failed(f"put off: {verdict.code}"),
            Fate.REFUSED: Dead(f"refused: {verdict.code}"),
            Fate.UNKNOWN: Dead(UNKNOWN),
            Fate.WITHDRAWN: None,
        }
        return outcomes[verdict.fate]

    def _hand(self, item: T) -> bool:
        """Commit that the text goes now; False when the row is no longer ours. Queries: 2 or more."""
        now = timezone.now()
        values: dict[str, Any] = {"handed_at": now, "lease_until": now + timedelta(seconds=self.lease_s)}
        with transaction.atomic():
            ours = self.model._base_manager.filter(pk=item.pk, epoch=item.epoch, lease_until__isnull=False)
            if not ours.update(**values):
                return False
            item.counter = ours.values_list("counter", flat=True).get()
            self.handing(item)
        item.handed_at = now
        return True
