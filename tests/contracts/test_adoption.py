"""What a connector promises of people its CRM knew before us: found by address, taken over, let go."""

import time
from dataclasses import replace
from typing import Any

import pytest

from crm_sync.connectors import connector_classes
from crm_sync.connectors.base import CONTACT, NOTE, Row, RowResult
from crm_sync.connectors.tables import rules_of
from crm_sync.engine.merging import KEPT
from crm_sync.errors import CrmError, Duplicate
from crm_sync.hints import hint_words
from tests.contracts.far import KINDS, Far, far

pytestmark = pytest.mark.django_db
__all__ = ["far"]


@pytest.fixture
def knowing(far: Far) -> Far:
    """A CRM that can be asked for people by address."""
    if not far.can.kinds[CONTACT].match_email:
        pytest.skip("its people are not found by address")
    return far


def adopting(row: Row, remote_id: str) -> Row:
    """The row as the engine sends it when it takes a record over."""
    values = {name: value for name, value in row.values.items() if name not in KEPT}
    return replace(row, values=values, remote_id=remote_id, changed=frozenset(values), adopted=True)


def pushed(far: Far, row: Row) -> RowResult:
    """One row's result, also when the whole call failed."""
    try:
        return far.connector.push(CONTACT, [row], deadline=time.monotonic() + 30)[0]
    except CrmError as error:
        return RowResult(key=row.key, action="failed", error=error)


def test_people_are_found_by_address_whatever_its_case(knowing: Far) -> None:
    email = f"grace_{knowing.prefix}@example.com"
    first = knowing.person("Grace Hopper", email.title())
    second = knowing.person("G. Hopper", email)
    knowing.person("Somebody Else", email.replace("_", "x"))

    found = knowing.connector.match([email, f"nobody.{knowing.prefix}@example.com"])

    assert {mail: sorted(record.remote_id for record in records) for mail, records in found.items()} == {
        email: sorted([first, second])
    }
    assert {record.key for record in found[email]} == {""}


def test_a_record_with_a_key_says_so_when_it_is_found(knowing: Far) -> None:
    row = knowing.contact(1)
    knowing.push(CONTACT, row)

    found = knowing.connector.match([str(row.values["email"])])

    assert [record.key for record in found[str(row.values["email"])]] == [row.key]


def test_a_record_taken_over_carries_our_key_and_keeps_what_it_said(knowing: Far) -> None:
    remote_id = knowing.person("Grace Hopper", f"grace.{knowing.prefix}@example.com")
    row = knowing.contact(1)

    result = pushed(knowing, adopting(row, remote_id))

    assert (result.error, result.remote_id) == (None, remote_id)
    [record] = knowing.back(CONTACT, row)
    assert (record.remote_id, record.key) == (remote_id, row.key)
    assert record.values["name"] == "Grace Hopper"
    assert record.values["email"] == f"grace.{knowing.prefix}@example.com"
    assert row.key in {one.key for one in knowing.connector.listing(CONTACT, str(int(remote_id) - 1), 5)}


def test_taking_over_twice_is_taking_over_once(knowing: Far) -> None:
    remote_id = knowing.person("Grace Hopper", f"grace.{knowing.prefix}@example.com")
    row = adopting(knowing.contact(1), remote_id)
    pushed(knowing, row)

    again = pushed(knowing, row)
    by_key = pushed(knowing, replace(knowing.contact(1), values=row.values))

    assert (again.error, by_key.error) == (None, None)
    assert again.remote_id == by_key.remote_id == remote_id
    assert [record.remote_id for record in knowing.back(CONTACT, row)] == [remote_id]


def test_a_record_that_carries_another_key_is_not_taken_over(knowing: Far) -> None:
    other, row = knowing.contact(1), knowing.contact(2)
    remote_id = knowing.push(CONTACT, other)[0].remote_id

    result = pushed(knowing, adopting(row, remote_id))

    assert isinstance(result.error, Duplicate)
    assert knowing.back(CONTACT, row) == []
    assert [record.remote_id for record in knowing.back(CONTACT, other)] == [remote_id]


def test_a_key_that_stands_on_one_record_is_not_written_on_another(knowing: Far) -> None:
    row = knowing.contact(1)
    mine = knowing.push(CONTACT, row)[0].remote_id
    remote_id = knowing.person("Grace Hopper", f"grace.{knowing.prefix}@example.com")

    result = pushed(knowing, adopting(row, remote_id))

    assert isinstance(result.error, Duplicate)
    assert [record.remote_id for record in knowing.back(CONTACT, row)] == [mine]


def test_a_record_let_go_is_as_it_was_and_nobody_elses(knowing: Far) -> None:
    email = f"grace.{knowing.prefix}@example.com"
    remote_id = knowing.person("Grace Hopper", email)
    row = adopting(knowing.contact(1), remote_id)
    pushed(knowing, row)
    if NOTE in knowing.can.kinds:
        knowing.push(NOTE, knowing.note(1, remote_id))

    erasing = Row(key=row.key, values={}, remote_id=remote_id, erase=True, adopted=True)
    results = [pushed(knowing, erasing), pushed(knowing, erasing)]

    assert [(result.error, result.action) for result in results] == [(None, "erased")] * 2
    record = knowing.connector.read(CONTACT, [remote_id])[remote_id]
    assert (record.key, record.active) == ("", True)
    assert (record.values["name"], record.values["email"]) == ("Grace Hopper", email)
    assert "ada1" not in str(record.values)
    assert knowing.back(CONTACT, row) == []
    if NOTE in knowing.can.kinds:
        assert knowing.back(NOTE, knowing.note(1, remote_id)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_hint_is_a_sentence_that_can_be_translated(kind: str) -> None:
    hints: list[Any] = [rule.hint for rule in rules_of(kind) if rule.hint]

    assert hints
    for hint in hints:
        assert hint.startswith(f"{kind}."), hint
        assert hint_words(hint) != hint, f"`{hint}` stands in no table of hints"
    assert {hint.partition(".")[2] for hint in hints} <= set(connector_classes()[kind].hints)
