"""Driving the senders by hand: everything due is sent, and what waits is made due."""

from community.work.senders import senders
from crm_sync.models import Connection, CrmDirty, CrmTimeline


def make_due() -> None:
    """Let nothing wait: back-offs, gathering times, throttled connections."""
    CrmDirty.objects.filter(state="waiting").update(not_before=None)
    CrmTimeline.objects.filter(state="waiting").update(not_before=None)
    Connection.objects.update(wait_until=None)


def send_once() -> bool:
    """Let each sender take one turn, after making everything due; tell whether there was anything."""
    make_due()
    busy = [senders[name].run_once() for name in ("crm_sync.records", "crm_sync.timeline")]
    return any(busy)


def send_all(limit: int = 200) -> int:
    """Send until nothing is left; return the turns it took. Fails when something never leaves."""
    for turn in range(limit):
        if not send_once():
            return turn
    raise AssertionError(f"still something to send after {limit} turns: {list(CrmDirty.objects.values())[:3]}")
