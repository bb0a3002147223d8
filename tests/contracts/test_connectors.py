"""What every connector promises (`crm_sync/connectors/base.py`), asked of each file in its folder.

A connector needs a peer to be asked against: `tests/contracts/peers/<kind>.py` with `MARKS`, `VARIANTS` (options by
name), `BAD_CREDENTIALS`, `MISSING_ID`, `config(request, options)` and, where people the CRM knew before can be found,
`person(request, config, name, email)`. What is promised of those stands in `test_adoption.py`.
"""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crm_sync.connectors import connector_classes
from crm_sync.connectors.base import (
    CASE,
    CONTACT,
    IDEA,
    NOTE,
    VOTE,
    Position,
    Row,
)
from crm_sync.connectors.tables import limits_of
from crm_sync.errors import CrmError, Forbidden, Gone, Unreachable
from tests.contracts.far import KINDS, Far, far, peer_of

__all__ = ["far"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_it_can_and_gives_a_reason_for_what_it_cannot(kind: str) -> None:
    connector = connector_classes()[kind]
    assert connector.kind == kind
    for options in peer_of(kind).VARIANTS.values():
        can = connector.capabilities(options)

        assert can.label
        assert {CONTACT, CASE} <= can.kinds.keys()
        assert can.account_facts or can.account_facts_reason
        assert NOTE in can.kinds or can.timeline_reason
        assert {IDEA, VOTE} <= can.kinds.keys() or can.ideas_reason
        for support in can.kinds.values():
            assert support.remote_type
            assert support.batch_size >= 1
            assert support.unique_key or support.hint


@pytest.mark.parametrize("kind", KINDS)
def test_its_limits_say_where_they_are_from_and_when_they_were_checked(kind: str) -> None:
    limits = limits_of(kind)

    assert limits.source
    assert limits.checked_on.year >= 2026
    assert limits.concurrent_calls >= 1


def test_good_credentials_pass_the_check(far: Far) -> None:
    report = far.connector.check()

    assert report.ok, report.problems
    assert report.server


def test_bad_credentials_are_permission_and_nothing_else(far: Far) -> None:
    config = replace(far.config, credentials={**far.config.credentials, **far.peer.BAD_CREDENTIALS})
    connector = type(far.connector)(config)

    report = connector.check()

    assert not report.ok
    assert report.problems
    with pytest.raises(Forbidden):
        connector.push(CONTACT, [far.contact(1)], deadline=time.monotonic() + 30)


def test_a_batch_is_answered_row_by_row_in_order(far: Far) -> None:
    rows = [far.contact(number) for number in (3, 1, 2)]

    results = far.push(CONTACT, *rows)

    assert [result.key for result in results] == [row.key for row in rows]
    assert all(result.error is None and result.remote_id for result in results)
    assert {result.action for result in results} == {"created"}


def test_pushing_a_keyed_record_twice_leaves_one(far: Far) -> None:
    row = far.contact(1)
    first = far.push(CONTACT, row)[0]

    second = far.push(CONTACT, replace(row, values={**row.values, "name": "Ada Second"}))[0]

    assert second.remote_id == first.remote_id
    assert [record.values["name"] for record in far.back(CONTACT, row)] == ["Ada Second"]


def test_new_and_known_records_share_a_batch(far: Far) -> None:
    known = far.contact(1)
    far.push(CONTACT, known)

    results = far.push(CONTACT, known, far.contact(2))

    assert [result.error for result in results] == [None, None]
    assert len({result.remote_id for result in results}) == 2


def test_a_linked_record_is_updated_in_place(far: Far) -> None:
    row = far.contact(1)
    remote_id = far.push(CONTACT, row)[0].remote_id

    changed = replace(row, remote_id=remote_id, values={**row.values, "name": "Ada L"}, changed=frozenset({"name"}))
    result = far.push(CONTACT, changed)[0]

    assert (result.error, result.remote_id) == (None, remote_id)
    assert far.connector.read(CONTACT, [remote_id])[remote_id].values["name"] == "Ada L"


def test_a_record_that_does_not_exist_is_gone(far: Far) -> None:
    row = replace(far.contact(1), remote_id=far.peer.MISSING_ID)

    try:
        error = far.push(CONTACT, row)[0].error
    except CrmError as raised:
        error = raised

    assert isinstance(error, Gone)
    assert far.connector.read(CONTACT, [far.peer.MISSING_ID]) == {}


def test_a_case_hangs_on_its_contact_and_is_read_back_by_its_key(far: Far) -> None:
    contact_id = far.push(CONTACT, far.contact(1))[0].remote_id
    row = far.case(1, contact_id)

    result = far.push(CASE, row)[0]

    assert result.error is None
    found = far.back(CASE, row)
    assert [record.remote_id for record in found] == [result.remote_id]
    assert found[0].key == row.key
    assert found[0].parent_id == contact_id
    assert found[0].values["case_state"] in ("open", "waiting", "solved", "closed")


def test_a_note_is_read_back_by_its_key(far: Far) -> None:
    if NOTE not in far.can.kinds:
        pytest.skip(f"no timeline: {far.can.timeline_reason}")
    contact_id = far.push(CONTACT, far.contact(1))[0].remote_id
    row = far.note(1, contact_id)

    result = far.push(NOTE, row)[0]

    assert result.error is None
    assert [record.remote_id for record in far.back(NOTE, row)] == [result.remote_id]


def _asked(far: Far) -> tuple[Row, str, Row]:
    """An idea and an account that asks for it: its row, its remote id, and the row of the vote."""
    if IDEA not in far.can.kinds:
        pytest.skip(f"no ideas: {far.can.ideas_reason}")
    idea = far.idea(1)
    idea_id = far.push(IDEA, idea)[0].remote_id
    return idea, idea_id, far.vote(1, idea_id)


def test_an_idea_and_the_account_that_asks_for_it_are_read_back_by_their_keys(far: Far) -> None:
    idea, idea_id, vote = _asked(far)

    result = far.push(VOTE, vote)[0]

    assert (result.error, result.action) == (None, "created")
    assert [record.remote_id for record in far.back(IDEA, idea)] == [idea_id]
    assert [(record.remote_id, record.key) for record in far.back(VOTE, vote)] == [(result.remote_id, vote.key)]


def test_what_changed_of_an_idea_or_its_voters_is_written_to_the_same_record(far: Far) -> None:
    idea, idea_id, vote = _asked(far)
    vote_id = far.push(VOTE, vote)[0].remote_id
    renamed = {**idea.values, "title": "Unlock underground"}

    later = replace(idea, remote_id=idea_id, values=renamed, changed=frozenset({"title"}))
    fewer = replace(vote, remote_id=vote_id, values={**vote.values, "voters": 0, "since": ""})
    results = [*far.push(IDEA, later), *far.push(VOTE, fewer)]

    assert [(result.error, result.remote_id) for result in results] == [(None, idea_id), (None, vote_id)]
    assert far.connector.read(IDEA, [idea_id])[idea_id].values["title"] == "Unlock underground"
    assert len(far.back(VOTE, vote)) == 1


def test_an_idea_is_listed_and_one_that_does_not_exist_is_gone(far: Far) -> None:
    idea, idea_id, _ = _asked(far)
    listed = [record.key for record in far.connector.listing(IDEA, str(int(idea_id) - 1), 5)]

    try:
        error = far.push(IDEA, replace(idea, remote_id=far.peer.MISSING_ID))[0].error
    except CrmError as raised:
        error = raised

    assert idea.key in listed
    assert isinstance(error, Gone)


def test_an_absent_key_is_not_found(far: Far) -> None:
    assert far.back(CONTACT, far.contact(77)) == []
    assert far.back(CASE, far.case(77, "")) == []
    assert far.back(IDEA, far.idea(77)) == []


def test_an_erased_contact_has_neither_name_nor_address_and_is_inactive(far: Far) -> None:
    row = far.contact(1)
    remote_id = far.push(CONTACT, row)[0].remote_id

    result = far.push(CONTACT, Row(key=row.key, values={}, remote_id=remote_id, erase=True))[0]

    assert (result.error, result.action) == (None, "erased")
    record = far.connector.read(CONTACT, [remote_id])[remote_id]
    assert not record.active
    assert "Ada" not in str(record.values)
    assert "@example.com" not in str(record.values)


def test_nothing_starts_after_the_deadline(far: Far) -> None:
    row = far.contact(1)

    with pytest.raises(Unreachable):
        far.connector.push(CONTACT, [row], deadline=time.monotonic() - 1)

    assert far.back(CONTACT, row) == []


def test_the_gate_is_asked_before_every_request_and_every_request_is_recorded(far: Far) -> None:
    far.push(CONTACT, far.contact(1))

    assert far.calls
    assert len(far.calls) == len(far.exchanges)


def test_what_the_gate_raises_comes_through_and_nothing_is_stored(far: Far) -> None:
    class ClosedError(Exception):
        pass

    def closed(endpoint: str) -> None:
        raise ClosedError

    connector = type(far.connector)(far.config, before_call=closed)
    row = far.contact(1)

    with pytest.raises(ClosedError):
        connector.push(CONTACT, [row], deadline=time.monotonic() + 30)

    assert far.back(CONTACT, row) == []


def test_no_secret_is_recorded(far: Far) -> None:
    far.push(CONTACT, far.contact(1))
    far.connector.check()

    named = {field.name for field in far.can.credentials if field.secret}
    secrets = [value for name, value in far.config.credentials.items() if name in named]
    recorded = str(far.exchanges)
    assert secrets
    assert not any(secret in recorded for secret in secrets)


def test_changes_are_read_one_by_one_without_loss(far: Far) -> None:
    since = Position(datetime.now(UTC) - timedelta(minutes=5))
    ids = {result.remote_id for result in far.push(CONTACT, *(far.contact(number) for number in range(4)))}

    for kind in far.can.poll:
        if kind != CONTACT:
            continue
        seen, position = [], since
        for _ in range(1000):
            page = far.connector.changed(kind, position, 2)
            seen += [record.remote_id for record in page.records]
            position = page.position
            if not page.more:
                break
        assert ids <= set(seen)
        assert len(seen) == len(set(seen))


def test_a_changed_case_comes_back_with_state_and_reference(far: Far) -> None:
    if CASE not in far.can.poll:
        pytest.skip("cases are not polled")
    contact_id = far.push(CONTACT, far.contact(1))[0].remote_id
    remote_id = far.push(CASE, far.case(1, contact_id))[0].remote_id

    page = far.connector.changed(CASE, Position(datetime.now(UTC) - timedelta(minutes=5)), 500)

    record = next(record for record in page.records if record.remote_id == remote_id)
    assert record.values["case_reference"]
    assert record.changed_at.tzinfo is not None


def test_the_listing_shows_every_record_with_a_key_once(far: Far) -> None:
    rows = [far.contact(number) for number in range(5)]
    far.push(CONTACT, *rows)

    keys: list[str] = []
    after = ""
    while page := far.connector.listing(CONTACT, after, 2):
        keys += [record.key for record in page]
        after = page[-1].remote_id

    assert {row.key for row in rows} <= set(keys)
    assert len(keys) == len(set(keys))


def test_account_facts_are_read_or_refused_with_a_reason(far: Far) -> None:
    if not far.can.account_facts:
        assert far.can.account_facts_reason
        return

    page = far.connector.accounts(Position(datetime(2000, 1, 1, tzinfo=UTC)), 10)

    assert list(page.accounts) == []
