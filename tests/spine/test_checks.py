"""Start-up refuses what would fail in silence later."""

from dataclasses import dataclass

import pytest

from community.activity import types
from community.activity.checks import check_activity
from community.activity.types import activity_type
from tests.spine.conftest import Ledger


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Declarations of the test end with it."""
    monkeypatch.setattr(types, "registry", dict(types.registry))
    monkeypatch.setattr("community.activity.checks.registry", types.registry)


def _ids() -> list[str]:
    return [message.id for message in check_activity()]


def test_the_product_as_it_is_passes(only_handlers: dict) -> None:
    assert _ids() == []


def test_a_type_no_app_declares_is_found(only_handlers: dict) -> None:
    handler = Ledger()
    handler.types = ("spine.undeclared",)
    only_handlers[handler.name] = handler

    assert _ids() == ["activity.E001"]


def test_a_subject_kind_without_a_subject_is_found(declared: None, only_handlers: dict) -> None:
    @activity_type("spine.orphaned", subject="spine.nothing")
    @dataclass(frozen=True)
    class Orphaned:
        number: int

    assert _ids() == ["activity.E002"]


def test_a_payload_that_could_hold_personal_data_is_found(declared: None, only_handlers: dict) -> None:
    @activity_type("spine.worded", subject="members.member")
    @dataclass(frozen=True)
    class Worded:
        number: int | None
        words: dict[str, str]

    assert _ids() == ["activity.E003"]
