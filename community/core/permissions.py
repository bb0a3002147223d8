"""The one permission layer: checks that raise `Denied` with a translated reason.

An app writes `<noun>_<verb>_check(member, thing)` in its `permissions.py`; services call it, and templates ask the
same function through `{% can "forums.reply_create" topic as allowed %}` after the app has registered it by name.
"""

from collections.abc import Callable
from typing import Any

from community.core.errors import Denied

Check = Callable[..., None]
_checks: dict[str, Check] = {}


def register_check(name: str, check: Check) -> None:
    """Make `check` known to templates as `name` (`forums.reply_create`)."""
    _checks[name] = check


def allowed(name: str, member: Any, *things: Any) -> bool:
    """Tell whether the check `name` passes for `member`; the reason is dropped."""
    return denial(name, member, *things) is None


def denial(name: str, member: Any, *things: Any) -> Denied | None:
    """Return why the check `name` refuses `member`, or None when it passes."""
    try:
        _checks[name](member, *things)
    except Denied as refused:
        return refused
    return None
