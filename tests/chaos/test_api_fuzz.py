"""schemathesis asks every operation what its schema allows and what it forbids, as two accounts: no fault, no surprise.

Everything happens in one transaction of the test, so an account may write what it likes.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from community.api import conversation
from community.wsgi import application
from tests.factories.api import token_for
from tests.leaks.world import world_build

pytestmark = [pytest.mark.chaos, pytest.mark.django_db]
EXAMPLES = 12
ACCOUNTS = ("owner", "moderator")
THERE = {
    "topic_id": "public_topic",
    "post_id": "public_reply",
    "idea_id": "public_idea",
    "comment_id": "public_comment",
    "article_id": "public_article",
}
UNLIMITED = "1000000/s"


@pytest.fixture
def values() -> dict[str, Any]:
    """Build the world of the leak crawl; return what it holds, and a token for each account."""
    world = world_build()
    return {**world.values, **{name: token_for(world.personas[name]) for name in ACCOUNTS}}


@pytest.fixture
def api_schema(values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Give the schema as a program loads it; nobody is asked to wait, and the test's connection stays open."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    for name in ("READ_RATE", "WRITE_RATE", "VISITOR_RATE", "REFUSED_RATE"):
        monkeypatch.setattr(conversation, name, UNLIMITED)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_no_request_meets_a_fault(account: str, api_schema: Any, values: dict[str, Any]) -> None:
    """Valid and invalid requests, reads and writes: answers are as the schema says them, refusals problem details."""
    asked: list[str] = []
    for result in api_schema.get_all_operations():
        operation = result.ok()
        there = {part.name: values[THERE[part.name]] for part in operation.path_parameters}
        for mode, path in ((GenerationMode.POSITIVE, there), (GenerationMode.NEGATIVE, None)):

            @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode, **({"path_parameters": path} if path else {})))
            def ask(case: Any) -> None:
                cache.clear()  # the limits of services, too
                case.call_and_validate(
                    headers={"Authorization": f"Bearer {values[account]}", "Accept-Encoding": "identity"},
                    excluded_checks=[positive_data_acceptance],
                )
                asked.append(case.operation.label)

            with suppress(*([Unsatisfiable] if mode is GenerationMode.NEGATIVE else [])):  # nothing to do wrong
                ask()

    assert len(set(asked)) == len(list(api_schema.get_all_operations()))
