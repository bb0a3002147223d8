"""What the tests of the sync's pages look at."""

import pytest

from tests.factories.crm_runs import (
    AttemptFactory,
    AttemptRowFactory,
    DirtyFactory,
    RunFactory,
    TrytonConnectionFactory,
)
from tests.factories.forums import TopicFactory
from tests.factories.members import MemberFactory


@pytest.fixture
def filled():
    """A connection with a run, a dead record and a waiting one."""
    crm = TrytonConnectionFactory(name="Tryton, support")
    member = MemberFactory(name="Stadtwerke\tEmden")
    attempt = AttemptFactory(run=RunFactory(connection=crm, refused=1))
    AttemptRowFactory(
        attempt=attempt,
        object_id=member.pk,
        action="failed",
        failure_class="invalid",
        field="name",
        message="contains some invalid chars",
        hint="The text holds a tab or a line break.",
    )
    DirtyFactory(connection=crm, object_id=member.pk, dead="invalid:name")
    DirtyFactory(connection=crm, object_id=TopicFactory().pk, kind="case")
    return crm
