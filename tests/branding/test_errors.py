"""Refusals and faults are pages of ours: branded, translated, without JavaScript; for htmx a toast."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import Client, override_settings
from django.urls import clear_url_caches, path

from community import urls as project_urls
from community.branding import errors
from community.core.errors import Conflict, Denied, Gone, Invalid, TooMany

pytestmark = pytest.mark.django_db

RAISED = {
    "bad": (SuspiciousOperation("x"), 400),
    "denied": (Denied("Only the asker may accept."), 403),
    "forbidden": (PermissionDenied(), 403),
    "missing": (Http404(), 404),
    "conflict": (Conflict("Somebody changed it."), 409),
    "gone": (Gone("It was withdrawn."), 410),
    "invalid": (Invalid("Say more."), 422),
    "many": (TooMany("Five questions an hour.", retry_after_s=90), 429),
    "broken": (ZeroDivisionError("secret detail"), 500),
}


def raise_it(request: HttpRequest, name: str) -> HttpResponse:
    raise RAISED[name][0]


def not_allowed(request: HttpRequest) -> HttpResponse:
    return HttpResponseNotAllowed(["POST"])


urlpatterns = [
    path("raise/<str:name>/", raise_it),
    path("only-post/", not_allowed),
    *project_urls.urlpatterns,
]
handler400, handler403 = errors.handler_400, errors.handler_403
handler404, handler500 = errors.handler_404, errors.handler_500


@pytest.fixture
def faulty() -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__):
        clear_url_caches()
        yield Client(raise_request_exception=False)
    clear_url_caches()


@pytest.mark.parametrize("name", RAISED)
def test_what_is_raised_becomes_a_branded_page_without_javascript(faulty: Client, name: str) -> None:
    answer = faulty.get(f"/raise/{name}/")

    page = answer.content.decode()
    assert answer.status_code == RAISED[name][1]
    assert f'<p class="fault">{answer.status_code}</p>' in page
    assert "Tertulia" in page
    assert "<script" not in page
    assert "secret detail" not in page
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["denied", "conflict", "gone", "invalid", "many"])
def test_the_reason_of_the_service_is_shown(faulty: Client, name: str) -> None:
    assert str(RAISED[name][0]) in faulty.get(f"/raise/{name}/").content.decode()


def test_too_many_says_when_to_come_back(faulty: Client) -> None:
    assert faulty.get("/raise/many/")["Retry-After"] == "90"


@pytest.mark.parametrize("name", RAISED)
def test_htmx_gets_a_toast_whatever_its_target_was(faulty: Client, name: str) -> None:
    answer = faulty.get(f"/raise/{name}/", headers={"hx-request": "true"})

    assert answer.status_code == RAISED[name][1]
    assert answer["HX-Retarget"] == "[data-toasts]"
    assert answer["HX-Reswap"] == "beforeend"
    assert 'class="toast fail" role="alert"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_an_answer_without_a_body_gets_a_page_and_keeps_its_headers(faulty: Client) -> None:
    answer = faulty.get("/only-post/")

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert '<p class="fault">405</p>' in answer.content.decode()


def test_a_server_error_is_logged_under_the_code_the_page_shows(faulty: Client, caplog) -> None:
    page = faulty.get("/raise/broken/").content.decode()

    logged = next(record.args[0] for record in caplog.records if record.name == errors.__name__)
    assert f"<code>{logged}</code>" in page


def test_the_page_of_our_mistake_needs_no_database(faulty: Client) -> None:
    def database_down(*_: object) -> None:
        raise OperationalError("the database does not answer")

    with connection.execute_wrapper(database_down):
        answer = faulty.get("/raise/broken/")

    assert answer.status_code == 500
    assert "it is our fault" in answer.content.decode()


def test_error_pages_are_translated(faulty: Client) -> None:
    assert '<html lang="es"' in faulty.get("/es/nothing-here/").content.decode()


def test_maintenance_closes_the_site_with_its_sentence(client: Client) -> None:
    with override_settings(MAINTENANCE="Back at about 02:30."):
        answer = client.get("/")

    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "600"
    assert "Back at about 02:30." in page
    assert "<script" not in page
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_maintenance_still_serves_the_brand(client: Client) -> None:
    with override_settings(MAINTENANCE="1"):
        page = client.get("/").content.decode()
        sheet = page.partition('href="/brand/')[2].partition('"')[0]

        assert client.get(f"/brand/{sheet}").status_code == 200


def test_a_form_without_its_token_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"})

    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()
