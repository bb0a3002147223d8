"""What every handler promises (`community/activity/handlers.py`), asked of each that any app registers."""

import enum
import typing
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.activity.delivery import Deliverer, drain_activity
from community.activity.handlers import ActivityView, Handler, handlers
from community.activity.log import record
from community.activity.models import Activity, Delivery
from community.activity.services import activity_replay
from community.activity.types import load_payload, registry
from community.work.models import WorkItem
from tests.contracts.stories import GONE, question, world
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
NAMES = sorted(handlers)
OURS = ("community.", "forums.", "ideas.", "crm_sync.", "search.")
QUEUE_COLUMNS = {field.name for field in WorkItem._meta.get_fields()} | {"id"}


@pytest.fixture(params=NAMES)
def handler(request: pytest.FixtureRequest) -> Handler:
    """Each registered handler in turn."""
    return handlers[request.param]


def _subclasses(base: type) -> Iterator[type]:
    for subclass in base.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def test_every_handler_of_ours_is_registered_and_so_runs_here() -> None:
    written = {found for found in _subclasses(Handler) if found.__module__.startswith(OURS)}

    assert written == {type(handlers[name]) for name in NAMES}


def test_names_are_stable_and_say_their_app(handler: Handler) -> None:
    app, _, rest = handler.name.partition(".")

    assert app.isidentifier()
    assert rest.isidentifier()
    assert handlers[handler.name] is handler


def test_it_wants_only_declared_types_and_lets_no_other_through(handler: Handler) -> None:
    assert handler.types
    assert set(handler.types) <= set(registry)


def test_a_replay_of_everything_changes_nothing(handler: Handler) -> None:
    told = world()
    question(told)
    question(told, told.categories[1])
    drain_activity()
    before = _snapshot()

    replayed = activity_replay(handler=handler)
    drain_activity()

    assert replayed > 0, "the story has nothing for this handler: tell it in tests/contracts/stories.py"
    assert _snapshot() == before


def test_the_order_of_batches_does_not_matter_to_the_result(handler: Handler) -> None:
    told = world()
    question(told)
    one_by_one = Deliverer(max_batch=1)
    with transaction.atomic():
        drain_activity()
        in_batches = _snapshot(moments=False)
        transaction.set_rollback(True)

    for other in handlers.values():
        while one_by_one.deliver(other).more:
            pass
    drain_activity()

    assert _snapshot(moments=False) == in_batches


def test_what_is_gone_meanwhile_is_no_error(handler: Handler) -> None:
    """Members stay, erased, so an id of theirs always means somebody."""
    world()
    member_id = MemberFactory(unclaimed=True).pk
    for name in handler.types:
        subject_id = member_id if registry[name].subject_kind == "members.member" else GONE
        for actor_id in (member_id, None):
            with transaction.atomic():
                record(_payload(name, member_id), subject_id=subject_id, actor_id=actor_id)

    drain_activity()

    assert not Delivery.objects.exists()


def test_a_batch_costs_no_more_queries_than_a_few(handler: Handler) -> None:
    told = world()
    question(told)
    few = _queries(handler)
    drain_activity()
    for _ in range(5):
        question(told)

    many = _queries(handler)

    assert many <= few * 2, f"{few} queries for one question, {many} for five"


def _queries(handler: Handler) -> int:
    """Handle all that waits for `handler` in one batch, roll back, return what it cost."""
    waiting = Delivery.objects.filter(handler=handler.name).select_related("activity").order_by("activity_id")
    views = [_view(delivery.activity) for delivery in waiting]
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        handler.handle(views)
        transaction.set_rollback(True)
    return len(captured)


def _view(activity: Activity) -> ActivityView:
    return ActivityView(
        id=activity.pk,
        type=activity.type,
        version=activity.version,
        payload=load_payload(activity.type, activity.payload),
        subject_kind=activity.subject_kind,
        subject_id=activity.subject_id,
        actor_id=activity.actor_id,
        origin=activity.origin,
        occurred_at=activity.occurred_at,
        recorded_at=activity.recorded_at,
    )


def _payload(name: str, member_id: int) -> object:
    """An instance of the type, with ids of nothing but a member."""
    declared = registry[name]
    hints = typing.get_type_hints(declared.payload_class)
    values = {field.name: _value(hints[field.name]) for field in fields(declared.payload_class)}
    people = {field: member_id for field in values if field in ("author_id", "asker_id", "member_id")}
    return declared.payload_class(**values | people)


def _value(hint: Any) -> Any:
    options = typing.get_args(hint)
    if typing.get_origin(hint) is typing.Literal:
        return options[0]
    if typing.get_origin(hint) in (tuple, list):
        return typing.get_origin(hint)()
    if options:
        return _value(options[0])
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    return {int: GONE, float: 1.0, bool: True, str: "x"}.get(hint)


def _snapshot(*, moments: bool = True) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of ours but the log; of work tables what is to be done, not how often it was asked for."""
    rows = {}
    for model in apps.get_models():
        if not model.__module__.startswith(OURS) or model._meta.app_label in ("activity", "work"):
            continue
        skipped = QUEUE_COLUMNS if issubclass(model, WorkItem) else set() if moments else {"id"}
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if field.name not in skipped and (moments or field.related_model is not model)  # ids follow the batches
        ]
        found = [tuple(_plain(value, moments) for value in row) for row in model._base_manager.values_list(*names)]
        rows[model._meta.label] = sorted(found, key=repr)
    return rows


def _plain(value: Any, moments: bool) -> Any:
    if isinstance(value, datetime) and not moments:
        return None
    return value if value.__hash__ else repr(value)
