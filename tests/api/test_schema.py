"""The schema and the reference say what the operations do."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from community.api.scopes import SCOPES
from community.api.server import api
from tests.factories.api import Program


def operations():
    return {
        operation["operationId"]: operation
        for methods in Program().send("GET", "openapi.json").json()["paths"].values()
        for operation in methods.values()
    }


@pytest.mark.django_db
def test_every_operation_is_described_with_its_scope_and_its_problems():
    for name, operation in operations().items():
        assert operation["summary"], name
        assert {scope for asks in operation["security"] for scope in asks.get("Scope", [])} <= set(SCOPES), name
        assert "application/problem+json" in operation["responses"]["default"]["content"], name


@pytest.mark.django_db
def test_every_scope_is_asked_for():
    asked = {scope for one in operations().values() for asks in one["security"] for scope in asks.get("Scope", [])}

    assert asked == set(SCOPES)


@pytest.mark.django_db
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_reference_shows_every_operation_and_loads_nothing_foreign(language):
    with override(language):
        response = Client().get(reverse("api:reference"))
    html = response.content.decode()

    assert not [name for name in operations() if f'id="{name}"' not in html]
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html.replace("http://testserver", ""))
    anchors = set(re.findall(r'href="#([^"]+)"', html)) - {"main"}
    assert anchors <= set(re.findall(r'id="([^"]+)"', html))


@pytest.mark.django_db
def test_the_reference_is_kept_for_visitors():
    assert Client().get("/developers/")["X-Keep-For-Visitors"] == "yes"


def test_names_of_operations_are_those_of_their_addresses():
    named = [
        operation.view_func.__name__
        for bound in api()._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
    ]

    assert len(named) == len(set(named))
