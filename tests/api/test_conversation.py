"""What every request gets: problem details in the reader's language, limits, ETags, no cookies, no other origin."""

import json
from typing import Any

import pytest
from django.test import Client

from community.api import conversation
from tests.factories.api import Program, token_for
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def problem_of(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(response.content)
    assert problem["status"] == response.status_code
    return problem


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "topics", "{", 400),
        ("POST", "topics", b"\xff\xfe", 400),
        ("POST", "topics", "[" * 100_000, 400),
        ("GET", "nothing/here", None, 404),
        ("GET", "", None, 404),
        ("GET", "topics/99999", None, 404),
        ("PATCH", "posts/99999", {"body": "Not there at all.", "edit_number": 0}, 404),
        ("PUT", "posts/99999/helpful", None, 404),
        ("GET", "topics/x", None, 422),
        ("GET", "topics/99999999999999999999", None, 404),
        ("GET", "topics?limit=0", None, 422),
        ("GET", "topics?cursor=zzz", None, 422),
        ("GET", "topics?tag=%00", None, 422),
        ("GET", "topics?state=odd", None, 422),
        ("DELETE", "topics", None, 405),
        ("POST", "openapi.json", None, 405),
        ("OPTIONS", "topics", None, 405),
        ("POST", "topics", {"category": "no", "title": "A good title", "body": "Text."}, 422),
        ("POST", "topics", {"category": "help", "title": "A good title", "body": "Te\x00xt."}, 422),
        ("POST", "topics", '{"category": "help", "title": "A good title", "body": "\\ud800"}', 422),
        ("POST", "topics", {"category": "help", "title": "A good title", "body": "Text.", "odd": 1}, 422),
        ("POST", "topics", {"category": "help", "title": "Ab", "body": "Text."}, 422),
    ],
)
def test_every_refusal_is_problem_details(method, path, body, status):
    CategoryFactory(slug="help")

    response = Program(token_for(MemberFactory())).send(method, path, body)

    assert response.status_code == status, response.content
    assert problem_of(response)["title"]


def test_what_was_wrong_with_which_value_is_said():
    response = Program(token_for(MemberFactory())).send("POST", "topics", {"title": 7, "body": "x", "more": 1})

    assert {error["field"].rpartition(".")[2] for error in problem_of(response)["errors"]} == {
        *("category", "title", "more")
    }


def test_a_refusal_of_a_service_names_its_value():
    CategoryFactory(slug="help")
    body = {"category": "help", "title": "Ab", "body": "Text."}

    errors = problem_of(Program(token_for(MemberFactory())).send("POST", "topics", body))["errors"]

    assert [error["field"] for error in errors] == ["title"]


def test_a_body_that_is_too_large_is_413(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = Program(token_for(MemberFactory())).send("POST", "topics", {"body": "x" * 2000})

    assert response.status_code == 413
    problem_of(response)


def test_a_fault_of_ours_is_problem_details_too(monkeypatch):
    monkeypatch.setattr("forums.selectors.category_records", lambda **_: 1 / 0)

    client = Program()
    client.raise_request_exception = False

    response = client.send("GET", "categories")

    assert response.status_code == 500
    assert "division" not in str(problem_of(response))


def test_a_closed_site_says_so(settings):
    settings.MAINTENANCE = "We are moving."

    assert problem_of(Program().send("GET", "topics"))["detail"] == "We are moving."


def test_errors_and_addresses_are_in_the_readers_language():
    TopicFactory(title="Pump runs dry", category=CategoryFactory(slug="help"))
    spanish = Program(**{"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})

    topic = spanish.send("GET", "topics").json()["items"][0]

    assert topic["url"].startswith("/es/t/")
    assert problem_of(spanish.send("GET", "nothing"))["title"] == "No hay nada en esta dirección"
    assert "Accept-Language" in spanish.send("GET", "topics")["Vary"]


def test_what_is_left_of_the_allowance_is_said():
    client = Program(token_for(MemberFactory()))

    first, second = client.send("GET", "topics"), client.send("GET", "topics")

    assert first["RateLimit-Limit"] == "300"
    assert int(first["RateLimit-Remaining"]) - int(second["RateLimit-Remaining"]) == 1
    assert 0 < int(first["RateLimit-Reset"]) <= 61


def test_whoever_asks_too_often_waits(monkeypatch):
    monkeypatch.setattr(conversation, "VISITOR_RATE", "2/h")
    asked = [Program().send("GET", "topics") for _ in range(3)]

    assert [response.status_code for response in asked] == [200, 200, 429]
    assert int(asked[2]["Retry-After"]) > 0
    problem_of(asked[2])


def test_nobody_tries_many_tokens(monkeypatch):
    monkeypatch.setattr(conversation, "REFUSED_RATE", "2/h")

    assert [Program("tert_wrong").send("GET", "topics").status_code for _ in range(3)] == [401, 401, 429]


def test_what_has_not_changed_is_not_sent_again():
    topic = TopicFactory()
    first = Program().send("GET", f"topics/{topic.pk}")

    again = Program().send("GET", f"topics/{topic.pk}", **{"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_no_other_origin_is_let_in_and_no_cookie_set():
    response = Program(Origin="https://elsewhere.example").send("GET", "topics")

    assert not [name for name in response.headers if name.lower().startswith("access-control")]
    assert not response.cookies
    assert "cookie" not in response["Vary"].lower()


def test_a_form_of_another_site_changes_nothing():
    client = Client(enforce_csrf_checks=True)
    client.force_login(MemberFactory())

    assert client.post("/api/v1/topics", "{}", content_type="text/plain").status_code == 401
