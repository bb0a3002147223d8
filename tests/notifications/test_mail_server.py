"""What becomes of a mail against a real SMTP server that refuses, stalls or hangs up; with crashes at every step."""

from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from community.core.sealing import unseal
from community.members.mails import mail_queue
from community.members.models import AccountMail
from community.work import courier, queue
from community.work.mailing import UNKNOWN, UNREACHABLE
from community.work.senders import senders
from tests.servers.smtp import CUT, MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]
SECRET = "481502"


class CrashError(BaseException):
    """The process is gone: nothing catches this."""


def waiting(number: int = 1, text: str = "") -> None:
    """Queue a mail with a code."""
    mail = EmailMultiAlternatives(
        f"Mail {number}",
        text or f"Your code is {SECRET}",
        "Brisa <community@brisa.example>",
        [f"ada{number}@example.com"],
        headers={"Message-ID": f"<account.{number}@brisa.example>"},
    )
    mail.attach_alternative("<p>Your code</p>", "text/html")
    mail_queue(mail)


def work() -> None:
    """Let the sender work until there is nothing due."""
    while senders["members.account_mail"].run_once():
        pass


def row() -> AccountMail:
    return AccountMail.objects.get()


def due_now() -> None:
    """Let the time pass that rows wait for, and leases run out."""
    AccountMail.objects.update(not_before=None)
    AccountMail.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now())


def test_a_batch_travels_in_one_conversation_and_leaves_nothing_behind(far: MailServer) -> None:
    for number in range(3):
        waiting(number)

    work()

    assert [message["Subject"] for message in far.messages] == ["Mail 0", "Mail 1", "Mail 2"]
    assert far.conversations == 1
    assert not AccountMail.objects.exists()


def test_a_code_does_not_lie_readable_in_the_database(far: MailServer) -> None:
    waiting()

    assert SECRET not in row().sealed
    assert SECRET in unseal(row().sealed)


def test_lines_that_begin_with_a_dot_and_odd_line_ends_arrive_as_written(far: MailServer) -> None:
    waiting(text=".first\n..second\n.\nlast ñ")

    work()

    body = far.messages[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == [".first", "..second", ".", "last ñ"]


@pytest.mark.parametrize("step", ["on_sender", "on_receiver", "on_text"])
def test_what_is_put_off_is_sent_later_and_once(far: MailServer, step: str) -> None:
    waiting()
    setattr(far, step, "451 4.7.1 come back later")

    work()

    assert (row().state, row().attempts, row().handed_at) == ("waiting", 1, None)
    setattr(far, step, "250 OK")
    due_now()
    work()
    assert len(far.taken) == 1
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize("step", ["on_sender", "on_text"])
def test_a_refusal_of_us_waits_for_a_person_without_its_code(far: MailServer, step: str) -> None:
    waiting()
    setattr(far, step, "554 5.7.1 no mail from you, ada1@example.com")

    work()

    assert (row().state, row().last_error, row().sealed) == ("dead", "refused: 554 5.7.1", "")


def test_an_address_that_does_not_exist_is_not_tried_again(far: MailServer) -> None:
    waiting()
    far.on_receiver = "550 5.1.1 no such user"

    work()

    assert not AccountMail.objects.exists()
    assert far.taken == []


def test_one_bad_address_does_not_hold_up_the_rest_of_the_conversation(far: MailServer) -> None:
    far.by_address = {"ada1@example.com": "550 5.1.1 no such user"}
    for number in range(3):
        waiting(number)

    work()

    assert [message["Subject"] for message in far.messages] == ["Mail 0", "Mail 2"]


@pytest.mark.parametrize("step", ["on_sender", "on_receiver"])
def test_a_cut_before_the_text_is_no_loss_and_costs_no_attempt(far: MailServer, step: str) -> None:
    waiting()
    setattr(far, step, CUT)

    work()

    assert (row().state, row().attempts, row().last_error) == ("waiting", 0, UNREACHABLE)
    setattr(far, step, "250 OK")
    due_now()
    work()
    assert len(far.taken) == 1


@pytest.mark.parametrize("fault", ["cut", "slow"])
def test_a_lost_answer_is_not_sent_again_but_waits_for_a_person(far: MailServer, fault: str) -> None:
    waiting()
    far.on_text = CUT if fault == "cut" else "250 OK"
    far.stall_s = 3 if fault == "slow" else 0

    work()
    due_now()
    work()

    assert len(far.taken) == 1
    assert (row().state, row().last_error, row().sealed) == ("dead", UNKNOWN, "")


def test_a_server_that_is_away_is_asked_once_for_all_and_loses_nothing(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for number in range(5):
        waiting(number)

    work()

    assert list(AccountMail.objects.values_list("state", "attempts").distinct()) == [("waiting", 0)]


@pytest.mark.parametrize(
    ("where", "arrives"),
    [
        ("before the conversation", True),
        ("after the receiver", True),
        ("before the text", False),
        ("after the text", True),
    ],
)
def test_a_crash_anywhere_sends_nothing_twice_and_loses_nothing_silently(
    far: MailServer, monkeypatch: pytest.MonkeyPatch, where: str, arrives: bool
) -> None:
    """`before the text` is the moment between writing down that it goes and its going: said as unknown, too."""
    waiting()
    with monkeypatch.context() as patched:
        _crash(patched, where)
        with pytest.raises(CrashError):
            work()

    due_now()
    work()
    due_now()
    work()

    left = list(AccountMail.objects.values_list("state", "last_error"))
    assert len(far.taken) == (1 if arrives else 0)
    assert left == ([("dead", UNKNOWN)] if where in ("before the text", "after the text") else [])


def _crash(patched: pytest.MonkeyPatch, where: str) -> None:
    """Let the next run of the sender end at one step."""
    if where == "before the conversation":
        patched.setattr(courier.Courier, "_opened", _raises)
    elif where == "after the receiver":
        patched.setattr("community.work.mailing.MailSender._hand", _raises)
    elif where == "before the text":
        patched.setattr(courier.Courier, "_give", _raises)
    else:
        patched.setattr(queue, "settle", _raises)


def _raises(*_args: Any, **_named: Any) -> Any:
    raise CrashError


def test_what_a_person_replays_after_its_code_is_gone_sends_nothing(far: MailServer) -> None:
    waiting()
    far.on_text = CUT
    work()
    far.on_text = "250 OK"

    assert queue.replay(AccountMail.objects.all()) == 1
    work()

    assert len(far.taken) == 1
    assert not AccountMail.objects.exists()


def test_a_sender_that_was_overtaken_keeps_its_text_back(far: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting()
    introduce = courier.Courier._introduce

    def overtaken(self: Any, smtp: Any, message: Any) -> Any:
        said = introduce(self, smtp, message)
        AccountMail.objects.update(epoch=99)
        return said

    monkeypatch.setattr(courier.Courier, "_introduce", overtaken)
    senders["members.account_mail"].run_once()

    assert far.taken == []
    assert row().handed_at is None
