"""Working off what search has to do, as the worker would."""

from community.activity.delivery import drain_activity
from community.work.senders import senders


def settle_search() -> None:
    """Hand out the log, then write all that is dirty."""
    drain_activity()
    sender = senders["search.documents"]
    while sender.run_once():
        pass
