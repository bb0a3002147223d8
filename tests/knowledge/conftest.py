"""People, and what the log says about pages."""

from collections.abc import Callable

import pytest

from community.activity.models import Activity
from community.members.models import Member
from tests.factories.members import MemberFactory

Told = list[tuple[str, int]]


@pytest.fixture
def moderator() -> Member:
    return MemberFactory(roles=["moderator"])


@pytest.fixture
def administrator() -> Member:
    return MemberFactory(roles=["administrator"], is_superuser=True)


@pytest.fixture
def editor() -> Member:
    return MemberFactory(roles=["support_agent"])


@pytest.fixture
def told() -> Callable[[], Told]:
    """Return (type, page) of what was recorded about pages since the last call."""
    seen = [0]

    def since() -> Told:
        rows = Activity.objects.filter(type__startswith="knowledge.", pk__gt=seen[0]).order_by("pk")
        seen[0] = max([seen[0], *rows.values_list("pk", flat=True)])
        return [(type_.removeprefix("knowledge."), pk) for type_, pk in rows.values_list("type", "subject_id")]

    return since
