"""Privacy collectors: every app that holds data of a member says how to export and erase it.

`community.privacy` runs them; an app registers one in its `apps.py`.
"""

from collections.abc import Mapping
from typing import Any, Protocol


class Collector(Protocol):
    """Export and erase what one app holds about one member."""

    name: str
    """The app, as it stands in the export: `forums`."""

    @property
    def models(self) -> tuple[str, ...]:
        """Labels of every model of the app that holds member data (`forums.Post`); a test finds the forgotten one."""
        ...

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return JSON-ready data, grouped by table. Queries: a few, never one per row."""
        ...

    def erase(self, member_id: int) -> None:
        """Remove or overwrite the personal data. Idempotent: yes. Runs inside the caller's transaction."""
        ...


collectors: dict[str, Collector] = {}


def register_collector(collector: Collector) -> None:
    """Add `collector` to those `community.privacy` runs."""
    collectors[collector.name] = collector
