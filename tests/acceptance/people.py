"""Members whose records go to a CRM, for the acceptance suite."""

from typing import Any

from community.activity.delivery import drain_activity
from tests.crm_sync.driving import send_all, touch
from tests.factories.members import MemberFactory


def member_sent(**values: Any) -> Any:
    """A member whose record has reached the CRM."""
    member = MemberFactory(**values)
    touch(member)
    drain_activity()
    send_all()
    return member
