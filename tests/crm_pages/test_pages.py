"""The sync's pages: who may, what they say, what their buttons do."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from crm_sync.credentials import unseal
from crm_sync.models import Connection, CrmDirty, Rule, StaffAct
from tests.factories.crm_runs import (
    AttemptFactory,
    AttemptRowFactory,
    DirtyFactory,
    RunFactory,
    TrytonConnectionFactory,
)
from tests.factories.forums import TopicFactory
from tests.factories.members import (
    AdministratorFactory,
    MemberFactory,
    ModeratorFactory,
    ProductManagerFactory,
    SupportAgentFactory,
)

pytestmark = pytest.mark.django_db
SECRET = "secret-of-tryton"


def act_as(client, factory):
    """Sign a new member of this kind in."""
    member = factory()
    client.force_login(member)
    return member


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


def reading_urls(crm):
    """Every address that support may open."""
    run = crm.runs.first()
    dead = CrmDirty.objects.filter(connection=crm, state="dead").first()
    return [
        reverse("crm_sync:connection_list"),
        reverse("crm_sync:connection_detail", args=[crm.pk]),
        reverse("crm_sync:run_list"),
        reverse("crm_sync:run_detail", args=[run.pk]),
        reverse("crm_sync:record_detail", args=[crm.pk, "contact", dead.object_id]),
    ]


def managing_urls(crm):
    """Every address that only administrators may open."""
    return [
        reverse("crm_sync:connection_add", args=["tryton"]),
        reverse("crm_sync:connection_edit", args=[crm.pk]),
        reverse("crm_sync:connection_pause", args=[crm.pk]),
        reverse("crm_sync:connection_enable", args=[crm.pk]),
        reverse("crm_sync:rule_edit", args=[crm.pk]),
        reverse("crm_sync:dead_discard") + f"?group={crm.pk}|invalid:name",
    ]


def posting_urls(crm):
    """Every address that changes something."""
    names = ("connection_edit", "connection_test", "connection_pause", "connection_enable", "rule_edit")
    return [
        reverse("crm_sync:connection_add", args=["tryton"]),
        *[reverse(f"crm_sync:{name}", args=[crm.pk]) for name in names],
        reverse("crm_sync:dead_retry"),
        reverse("crm_sync:dead_discard"),
    ]


@pytest.mark.parametrize("factory", [None, MemberFactory, ModeratorFactory, ProductManagerFactory])
def test_customers_and_other_roles_see_nothing(client, filled, factory):
    if factory:
        act_as(client, factory)

    for url in [*reading_urls(filled), *managing_urls(filled)]:
        assert client.get(url).status_code == 403, url
    for url in posting_urls(filled):
        assert client.post(url).status_code == 403, url


def test_support_reads_and_changes_nothing(client, filled):
    act_as(client, SupportAgentFactory)

    for url in reading_urls(filled):
        assert client.get(url).status_code == 200, url
    for url in managing_urls(filled):
        assert client.get(url).status_code == 403, url
    for url in posting_urls(filled):
        assert client.post(url).status_code == 403, url
    page = client.get(reverse("crm_sync:connection_list")).content.decode()
    assert "Retry" not in page
    assert "Pause" not in page


def test_an_administrator_opens_every_page(client, filled):
    act_as(client, AdministratorFactory)

    for url in [*reading_urls(filled), *managing_urls(filled)]:
        assert client.get(url).status_code == 200, url


def test_no_page_holds_a_credential(client, filled):
    act_as(client, AdministratorFactory)

    for url in [*reading_urls(filled), *managing_urls(filled)]:
        page = client.get(url).content.decode()
        assert SECRET not in page, url
        assert filled.credentials not in page, url


def test_the_list_says_what_is_so_when_nothing_is_connected(client):
    act_as(client, AdministratorFactory)

    page = client.get(reverse("crm_sync:connection_list")).content.decode()

    assert "No CRM is connected yet" in page
    assert reverse("crm_sync:connection_add", args=["tryton"]) in page


def test_dead_records_are_grouped_by_cause_with_the_cure(client, filled):
    act_as(client, AdministratorFactory)
    DirtyFactory.create_batch(3, connection=filled, dead="invalid:name")
    DirtyFactory.create_batch(2, connection=filled, dead="unknown")

    response = client.get(reverse("crm_sync:connection_list"))

    groups = response.context["groups"]
    assert [(group.key.cause, len(group.lines)) for group in groups] == [("invalid:name", 4), ("unknown", 2)]
    assert groups[0].cure == "The text holds a tab or a line break."
    assert groups[0].lines[0].answer == "contains some invalid chars"
    assert b"No clear answer, many times over" in response.content


def test_retrying_a_group_wakes_its_records_and_no_others(client, filled):
    administrator = act_as(client, AdministratorFactory)
    other = DirtyFactory(connection=filled, dead="gone")

    client.post(reverse("crm_sync:dead_retry"), {"group": f"{filled.pk}|invalid:name"})

    assert list(CrmDirty.objects.filter(state="dead")) == [other]
    act = StaffAct.objects.get()
    assert (act.action, act.actor_id, act.count) == ("retried", administrator.pk, 1)


def test_retrying_one_record_leaves_the_rest_of_its_group(client, filled):
    act_as(client, AdministratorFactory)
    one = DirtyFactory(connection=filled, dead="invalid:name")

    data = {"group": f"{filled.pk}|invalid:name", "item": f"records:{one.pk}"}
    client.post(reverse("crm_sync:dead_retry"), data)

    one.refresh_from_db()
    assert one.state == "waiting"
    assert CrmDirty.objects.filter(state="dead").count() == 1


def test_all_can_be_retried_at_once(client, filled):
    act_as(client, AdministratorFactory)
    DirtyFactory.create_batch(2, connection=filled, dead="gone")

    client.post(reverse("crm_sync:dead_retry"), {"all": "1"})

    assert not CrmDirty.objects.filter(state="dead").exists()


def test_records_are_given_up_only_with_a_reason(client, filled):
    act_as(client, AdministratorFactory)
    data = {"group": f"{filled.pk}|invalid:name"}

    refused = client.post(reverse("crm_sync:dead_discard"), data)
    taken = client.post(reverse("crm_sync:dead_discard"), {**data, "reason": "Left the company"})

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert not CrmDirty.objects.filter(state="dead").exists()
    assert StaffAct.objects.get().reason == "Left the company"


def test_a_group_that_is_not_there_is_not_found(client, filled):
    act_as(client, AdministratorFactory)

    for group in ("", "x", "9999|gone", f"{filled.pk}|gone"):
        assert client.get(reverse("crm_sync:dead_discard"), {"group": group}).status_code == 404


def test_pausing_tells_colleagues_who_and_why(client, filled):
    administrator = act_as(client, AdministratorFactory)

    client.post(reverse("crm_sync:connection_pause", args=[filled.pk]), {"reason": "New forms today"})
    page = client.get(reverse("crm_sync:connection_list")).content.decode()

    filled.refresh_from_db()
    assert filled.state == Connection.State.PAUSED
    assert f"{administrator.display_name} paused it" in page
    assert "New forms today" in page


def test_a_paused_connection_shows_what_it_would_send_and_is_resumed(client, filled):
    act_as(client, AdministratorFactory)
    client.post(reverse("crm_sync:connection_pause", args=[filled.pk]))

    preview = client.get(reverse("crm_sync:connection_enable", args=[filled.pk])).context["preview"]
    client.post(reverse("crm_sync:connection_enable", args=[filled.pk]))

    assert {kind.kind: kind.waiting for kind in preview.kinds} == {"Members": 0, "Cases": 1}
    filled.refresh_from_db()
    assert filled.state == Connection.State.RUNNING


def test_a_connection_is_added_paused_with_its_credentials_sealed(client):
    act_as(client, AdministratorFactory)

    response = client.post(reverse("crm_sync:connection_add", args=["tryton"]), new_connection())

    crm = Connection.objects.get()
    assert response.status_code == 302
    assert crm.state == Connection.State.PAUSED
    assert SECRET not in crm.credentials
    assert unseal(crm.credentials) == {"user": "tertulia", "password": SECRET}
    page = client.get(reverse("crm_sync:connection_list")).content.decode()
    assert "Not enabled yet" in page


def new_connection(**changes):
    """What the form of a new connection sends."""
    given = {
        "name": "Tryton",
        "endpoint": "http://127.0.0.1:8000/crm",
        "credential_user": "tertulia",
        "credential_password": SECRET,
        "legal_basis": "contract",
        "enabled_kinds": ["contact", "case"],
        "timeline_rule": "daily",
        "daily_calls": "",
    }
    return given | changes


def test_a_credential_left_empty_is_kept(client):
    act_as(client, AdministratorFactory)
    crm = TrytonConnectionFactory()

    data = new_connection(credential_user="somebody", credential_password="")
    client.post(reverse("crm_sync:connection_edit", args=[crm.pk]), data)

    crm.refresh_from_db()
    assert unseal(crm.credentials) == {"user": "somebody", "password": SECRET}


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"endpoint": "ftp://x.example"}, {"enabled_kinds": []}, {"credential_password": ""}]
)
def test_a_wrong_form_comes_back_with_what_was_typed_but_the_secret(client, wrong):
    act_as(client, AdministratorFactory)

    response = client.post(reverse("crm_sync:connection_add", args=["tryton"]), new_connection(**wrong))

    assert response.status_code == 422
    assert not Connection.objects.exists()
    assert SECRET not in response.content.decode()


def test_a_name_is_taken_once(client):
    act_as(client, AdministratorFactory)
    TrytonConnectionFactory(name="Tryton")

    response = client.post(reverse("crm_sync:connection_add", args=["tryton"]), new_connection())

    assert response.status_code == 422
    assert "Another connection has this name" in response.content.decode()


@pytest.mark.loopback
def test_a_connection_out_of_reach_says_so_when_tested(client):
    act_as(client, AdministratorFactory)
    crm = TrytonConnectionFactory()

    response = client.post(reverse("crm_sync:connection_test", args=[crm.pk]))

    assert not response.context["report"].ok
    assert crm.runs.get().purpose == "check"


def test_a_throttled_connection_says_until_when_and_that_nothing_is_lost(client, filled):
    act_as(client, SupportAgentFactory)
    Connection.objects.update(wait_until=timezone.now() + timedelta(minutes=9))

    line = client.get(reverse("crm_sync:connection_list")).context["lines"][0]

    assert line.state == "Slowed"
    assert line.sentence.startswith("Tryton asked us to wait until")
    assert line.sentence.endswith("Nothing is lost. 1 change is queued.")


def test_lag_is_the_age_of_the_oldest_row_not_settled(client, filled):
    act_as(client, SupportAgentFactory)
    CrmDirty.objects.filter(state="waiting").update(created_at=timezone.now() - timedelta(hours=5, minutes=18))

    line = client.get(reverse("crm_sync:connection_list")).context["lines"][0]

    assert (line.lag, line.is_late) == ("5 h 18 min", True)


def test_a_run_opens_to_its_requests_and_answers(client, filled):
    act_as(client, SupportAgentFactory)

    page = client.get(reverse("crm_sync:run_detail", args=[filled.runs.get().pk])).content.decode()

    assert "model.party.party.create" in page
    assert "We sent" in page
    assert "contains some invalid chars" in page


def test_runs_that_did_nothing_are_left_out_until_asked_for(client, filled):
    act_as(client, SupportAgentFactory)
    RunFactory(connection=filled, purpose="poll", sent=0, created=0)
    url = reverse("crm_sync:run_list")

    counts = {show: len(client.get(url, {"show": show}).context["page"].lines) for show in ("busy", "refused", "all")}

    assert counts == {"busy": 1, "refused": 1, "all": 2}


def test_runs_are_paged(client, filled):
    act_as(client, SupportAgentFactory)
    RunFactory.create_batch(30, connection=filled)
    url = reverse("crm_sync:run_list")

    first = client.get(url).context["page"]
    second = client.get(url, {"before": first.next_before}).context["page"]

    seen = [line.id for line in [*first.lines, *second.lines]]
    assert len(seen) == len(set(seen)) == 31
    assert second.next_before is None


def test_the_list_costs_the_same_with_more_of_everything(client, filled, django_assert_max_num_queries):
    act_as(client, AdministratorFactory)
    url = reverse("crm_sync:connection_list")
    client.get(url)

    with django_assert_max_num_queries(20) as few:
        client.get(url)
    for _ in range(9):
        crm = TrytonConnectionFactory()
        RunFactory(connection=crm)
        DirtyFactory.create_batch(3, connection=crm, dead="invalid:name")
    with django_assert_max_num_queries(20) as many:
        client.get(url)

    assert len(many) <= len(few)


def test_the_rule_counts_what_it_would_take_and_changes_nothing(client, filled):
    act_as(client, AdministratorFactory)
    for days in (2, 10, 50):
        with time_machine.travel(timezone.now() - timedelta(days=days), tick=False):
            TopicFactory()
    url = reverse("crm_sync:rule_edit", args=[filled.pk])

    counts = [
        client.get(url, {"hours": hours, "days": days, "tags": "", "languages": ""}).context["preview"].count
        for hours, days in ((24, 30), (24, 90), (24 * 5, 30))
    ]

    assert client.get(url).context["preview"].count == 2
    assert counts == [2, 3, 1]
    assert not Rule.objects.exists()


def test_the_rule_is_switched_on_for_the_period_chosen_and_off_again(client, filled):
    act_as(client, AdministratorFactory)
    url = reverse("crm_sync:rule_edit", args=[filled.pk])

    client.post(url, {"hours": 48, "days": 7, "tags": "Locks, app", "languages": ""})
    rule = Rule.objects.get()
    client.post(url, {"off": "1"})

    assert (rule.hours, rule.tags) == (48, ["locks", "app"])
    assert timezone.now() - rule.asked_after < timedelta(days=7, minutes=1)
    assert Rule.objects.get().enabled_at is None
    assert [act.action for act in StaffAct.objects.order_by("pk")] == ["rule_set", "rule_unset"]


def test_a_rule_that_makes_no_sense_is_refused(client, filled):
    act_as(client, AdministratorFactory)
    url = reverse("crm_sync:rule_edit", args=[filled.pk])

    assert client.post(url, {"hours": 0, "days": 30}).status_code == 422
    assert client.get(url, {"hours": "x", "days": 30}).status_code == 422
    assert not Rule.objects.exists()
