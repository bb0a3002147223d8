"""The Tryton connector against a real Tryton: what only it does, call by call."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from crm_sync.connectors.base import CASE, CONTACT, NOTE, ConnectorConfig, Exchange, Position, Row
from crm_sync.connectors.tryton import Tryton
from crm_sync.errors import Forbidden, Gone, InvalidData, Throttled, UnknownOutcome, Unreachable
from crm_sync.hints import hint_words
from tests.servers.fault_proxy import FaultProxy
from tests.servers.tryton import TrytonServer

pytestmark = pytest.mark.tryton
ALL = frozenset({"name", "email", "language", "handle", "points", "topics", "posts", "accepted_answers"})


class Wired:
    """A connector to the server through a proxy, with what it sent and a key prefix of its own."""

    def __init__(self, server: TrytonServer, proxy: FaultProxy, password: str = "") -> None:
        self.server, self.proxy = server, proxy
        self.exchanges: list[Exchange] = []
        self.prefix = uuid4().hex[:12]
        config = ConnectorConfig(
            connection_id=1,
            endpoint=f"{proxy.url}/crm",
            credentials={"user": server.user, "password": password or server.password},
        )
        self.connector = Tryton(config, record=self.exchanges.append)

    def push(self, kind: str, *rows: Row, seconds: float = 20.0):
        """Push with a deadline."""
        return self.connector.push(kind, rows, deadline=time.monotonic() + seconds)

    def contact(self, number: int, **values) -> Row:
        """A row of a member."""
        given = {
            "name": f"Ada {number}",
            "email": f"ada{number}@example.com",
            "language": "es",
            "handle": f"ada{number}",
            "points": number,
        }
        return Row(key=f"{self.prefix}:contact:{number}", values=given | values, changed=ALL)

    def case(self, number: int, parent: str, **values) -> Row:
        """A row of a question."""
        given = {
            "subject": "The lock jams",
            "description": "It worked yesterday.",
            "state": "escalated",
            "url": "https://c.example/t/1",
            "asked_at": "2026-11-20T10:00:00+00:00",
            "answers": 0,
            "same_problem": 2,
        }
        return Row(key=f"{self.prefix}:case:{number}", values=given | values, parent_id=parent)


@pytest.fixture
def proxy(tryton: TrytonServer):
    """The proxy before the server."""
    with FaultProxy(tryton.origin) as proxy:
        yield proxy


@pytest.fixture
def wired(tryton: TrytonServer, proxy: FaultProxy):
    """A connector that is wired up."""
    wired = Wired(tryton, proxy)
    yield wired
    wired.connector.close()


def test_a_good_connection_has_no_problems(wired: Wired):
    report = wired.connector.check()

    assert report.ok, report.problems
    assert report.server == "Tryton 8.2"


def test_a_wrong_password_is_named_with_its_cure(tryton: TrytonServer, proxy: FaultProxy):
    report = Wired(tryton, proxy, password="wrong-one").connector.check()

    assert not report.ok
    assert report.problems == ("Tryton refuses the login. Enter user and password again.",)


def test_no_secret_is_recorded(wired: Wired):
    wired.push(CONTACT, wired.contact(1))

    recorded = "".join(exchange.request + exchange.response + exchange.url for exchange in wired.exchanges)
    assert "common.db.login" in recorded
    for secret in wired.connector._rpc._http.secrets:  # noqa: SLF001 all that must not be seen
        assert secret not in recorded


def test_a_batch_of_new_members_is_one_call(wired: Wired):
    wired.connector.check()
    before = wired.proxy.count(b"party.party.create")

    results = wired.push(CONTACT, *[wired.contact(number) for number in range(200)])

    assert {result.action for result in results} == {"created"}
    assert wired.proxy.count(b"party.party.create") - before == 1
    assert len(wired.server.parties(wired.prefix)) == 200


def test_members_that_exist_already_are_written_and_the_others_created(wired: Wired):
    first = wired.push(CONTACT, wired.contact(1), wired.contact(2))

    results = wired.push(CONTACT, wired.contact(1, name="Ada Byron"), wired.contact(2), wired.contact(3))

    assert [result.action for result in results] == ["updated", "updated", "created"]
    assert [result.remote_id for result in results[:2]] == [result.remote_id for result in first]
    names = [party["name"] for party in wired.server.parties(wired.prefix)]
    assert sorted(names) == ["Ada 2", "Ada 3", "Ada Byron"]


def test_a_bad_row_is_found_and_the_rest_lands(wired: Wired):
    rows = [wired.contact(number) for number in range(20)]
    rows[7] = wired.contact(7, name="Ada\tSeven")

    results = wired.push(CONTACT, *rows)

    bad = results[7]
    assert isinstance(bad.error, InvalidData)
    assert bad.error.field == "name"
    assert "tab" in hint_words(bad.error.hint)
    assert [result.action for result in results].count("created") == 19
    assert len(wired.server.parties(wired.prefix)) == 19


def test_an_update_changes_our_contact_lines_and_leaves_those_of_colleagues(wired: Wired):
    [created] = wired.push(CONTACT, wired.contact(1))
    party = int(created.remote_id)
    wired.server.call(
        "party.contact_mechanism", "create", [{"party": party, "type": "email", "value": "colleague@example.com"}]
    )

    row = replace(wired.contact(1, email="new@example.com", points=9), remote_id=created.remote_id)
    [updated] = wired.push(CONTACT, replace(row, changed=frozenset({"email", "points"})))

    assert updated.action == "updated"
    lines = wired.server.find("party.contact_mechanism", [["party", "=", party]], ["value", "comment"])
    assert sorted(line["value"] for line in lines) == ["@ada1", "colleague@example.com", "new@example.com"]
    assert any("Points: 9" in (line["comment"] or "") for line in lines)


def test_a_mail_address_comes_and_goes(wired: Wired):
    [created] = wired.push(CONTACT, wired.contact(1, email=None))
    mails = []

    for mail in ("a@example.com", None, "b@example.com"):
        row = replace(wired.contact(1, email=mail), remote_id=created.remote_id, changed=frozenset({"email"}))
        [result] = wired.push(CONTACT, row)
        assert result.error is None
        mails.append(wired.connector.read(CONTACT, [created.remote_id])[created.remote_id].values["email"])

    assert mails == ["a@example.com", None, "b@example.com"]


def test_facts_tryton_has_no_place_for_cost_no_call(wired: Wired):
    [created] = wired.push(CONTACT, wired.contact(1))
    before = wired.proxy.count()

    row = replace(wired.contact(1), remote_id=created.remote_id, changed=frozenset({"last_seen_at"}))
    [result] = wired.push(CONTACT, row)

    assert result.action == "unchanged"
    assert wired.proxy.count() == before


def test_a_deleted_party_is_gone(wired: Wired):
    [created] = wired.push(CONTACT, wired.contact(1))
    wired.server.call("party.party", "delete", [int(created.remote_id)])

    [result] = wired.push(CONTACT, replace(wired.contact(1), remote_id=created.remote_id))

    assert isinstance(result.error, Gone)


def test_a_party_that_a_colleague_deactivated_says_so(wired: Wired):
    [created] = wired.push(CONTACT, wired.contact(1))
    wired.server.call("party.party", "write", [int(created.remote_id)], {"active": False})

    [result] = wired.push(CONTACT, replace(wired.contact(1, name="New"), remote_id=created.remote_id))

    assert isinstance(result.error, InvalidData)
    assert "deactivated" in result.error.message


def test_an_erased_member_leaves_no_name_contact_or_note(wired: Wired):
    [created] = wired.push(CONTACT, wired.contact(1))
    note = Row(key=f"{wired.prefix}:note:1", values={"text": "Asked a question"}, parent_id=created.remote_id)
    wired.push(NOTE, note)
    old = {"party": int(created.remote_id), "type": "phone", "value": "0161 555 0100"}
    lines = wired.server.call("party.contact_mechanism", "create", [old])
    wired.server.call("party.contact_mechanism", "write", lines, {"active": False})

    erasure = Row(key=f"{wired.prefix}:contact:1", values={}, remote_id=created.remote_id, erase=True)
    [result] = wired.push(CONTACT, erasure)
    [again] = wired.push(CONTACT, erasure)

    assert (result.action, again.action) == ("erased", "erased")
    [party] = wired.server.parties(wired.prefix)
    assert (party["name"], bool(party["active"])) == ("Former member", False)
    domain = [["party", "=", party["id"]], ["active", "in", [True, False]]]
    lines = wired.server.find("party.contact_mechanism", domain, ["value", "comment"])
    assert {line["value"] for line in lines} == {"erased@example.invalid", "erased"}
    assert wired.server.notes(f"party.party,{party['id']}") == []


def test_a_question_becomes_a_complaint_and_its_state_comes_back(wired: Wired):
    [party] = wired.push(CONTACT, wired.contact(1))
    [case] = wired.push(CASE, wired.case(5, party.remote_id))
    start = Position(datetime.now(UTC) - timedelta(minutes=5))
    [before] = [
        record for record in wired.connector.changed(CASE, start, 1000).records if record.remote_id == case.remote_id
    ]
    for step in ("wait", "approve"):
        wired.server.call("sale.complaint", step, [int(case.remote_id)])

    page = wired.connector.changed(CASE, Position(before.changed_at, before.remote_id), 1000)

    after = {record.remote_id: record for record in page.records}[case.remote_id]
    assert (before.values["case_state"], after.values["case_state"]) == ("open", "solved")
    assert after.key == f"{wired.prefix}:case:5"
    assert after.values["case_reference"]
    assert page.position == Position(page.records[-1].changed_at, page.records[-1].remote_id)


def test_a_poll_pages_through_records_of_one_moment(wired: Wired):
    wired.push(CONTACT, *[wired.contact(number) for number in range(30)])
    position, seen = Position(datetime(2020, 1, 1, tzinfo=UTC)), []

    while True:
        page = wired.connector.changed(CONTACT, position, 7)
        seen += [record.key for record in page.records if record.key.startswith(wired.prefix)]
        if not page.more:
            break
        position = page.position

    assert len(seen) == len(set(seen)) == 30


def test_a_complaint_in_draft_is_updated_and_later_only_remarked(wired: Wired):
    [party] = wired.push(CONTACT, wired.contact(1))
    [case] = wired.push(CASE, wired.case(5, party.remote_id))
    more = replace(wired.case(5, party.remote_id, answers=3), remote_id=case.remote_id, changed=frozenset({"answers"}))
    wired.push(CASE, more)
    wired.server.call("sale.complaint", "wait", [int(case.remote_id)])

    solved = replace(
        wired.case(5, party.remote_id, state="solved", solved_at="2026-11-21T09:00:00+00:00"),
        remote_id=case.remote_id,
        changed=frozenset({"state", "solved_at"}),
    )
    actions = [wired.push(CASE, solved)[0].action for _ in range(2)]

    [complaint] = wired.server.complaints(wired.prefix)
    assert "Answers: 3." in complaint["description"]
    assert actions == ["updated", "unchanged"]
    [note] = wired.server.notes(f"sale.complaint,{case.remote_id}")
    assert note.startswith("Solved in the community: 2026-11-21")


def test_a_run_of_cases_costs_one_call_each(wired: Wired):
    [party] = wired.push(CONTACT, wired.contact(1))
    wired.push(CASE, wired.case(1, party.remote_id))
    before = wired.proxy.count()

    for number in range(2, 7):
        wired.push(CASE, wired.case(number, party.remote_id))

    assert wired.proxy.count() - before == 5


def test_notes_are_found_by_their_party(wired: Wired):
    [party] = wired.push(CONTACT, wired.contact(1))
    keys = [f"{wired.prefix}:note:{number}" for number in (5, 55)]
    wired.push(NOTE, *[Row(key=key, values={"text": "Asked"}, parent_id=party.remote_id) for key in keys])

    found = wired.connector.read_back(NOTE, keys[:1], parents={keys[0]: party.remote_id})

    assert list(found) == keys[:1]
    assert len(found[keys[0]]) == 1


@pytest.mark.parametrize("fault", ["stored_500", "cut"])
def test_a_lost_reply_is_unknown_and_the_record_is_read_back(wired: Wired, fault: str):
    [party] = wired.push(CONTACT, wired.contact(1))
    wired.proxy.plan(fault, when=b"sale.complaint.create")

    with pytest.raises(UnknownOutcome):
        wired.push(CASE, wired.case(5, party.remote_id))

    found = wired.connector.read_back(CASE, [f"{wired.prefix}:case:5"])
    assert len(found[f"{wired.prefix}:case:5"]) == 1


def test_a_slow_reply_is_unknown_when_the_time_is_over(wired: Wired):
    [party] = wired.push(CONTACT, wired.contact(1))
    wired.proxy.slow_s = 3.0
    wired.proxy.plan("slow", when=b"sale.complaint.create")
    started = time.monotonic()

    with pytest.raises(UnknownOutcome):
        wired.push(CASE, wired.case(5, party.remote_id), seconds=1.0)

    assert time.monotonic() - started < 2.0


def test_a_throttled_call_says_how_long_to_wait(wired: Wired):
    wired.connector.check()
    wired.proxy.retry_after_s = 7
    wired.proxy.plan("throttled")

    with pytest.raises(Throttled) as told:
        wired.push(CONTACT, wired.contact(1))

    assert told.value.retry_after_s == 7
    assert wired.server.parties(wired.prefix) == []


def test_a_server_that_is_not_there_got_nothing(tryton: TrytonServer):
    config = ConnectorConfig(connection_id=1, endpoint="http://127.0.0.1:1/crm", credentials={})

    with pytest.raises(Unreachable):
        Tryton(config).push(CONTACT, [Row(key="k", values={})], deadline=time.monotonic() + 5)


def test_a_database_that_does_not_exist_is_named(tryton: TrytonServer):
    config = ConnectorConfig(connection_id=1, endpoint=f"{tryton.origin}/nowhere", credentials={"user": "x"})

    with pytest.raises(Forbidden) as told:
        Tryton(config).push(CONTACT, [Row(key="k", values={})], deadline=time.monotonic() + 5)

    assert "no such database" in hint_words(told.value.hint)


def test_an_ended_session_is_opened_again(wired: Wired):
    wired.push(CONTACT, wired.contact(1))
    wired.connector._rpc._headers = {"Authorization": "Session ZW5kZWQ6MTow"}  # noqa: SLF001 as after five idle minutes

    [result] = wired.push(CONTACT, wired.contact(2))

    assert result.action == "created"
