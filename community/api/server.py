"""The API as one object: operations of every app under `/api/v1/`, its schema, its errors."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from community.api.conversation import conversation
from community.api.operations import Scope
from community.api.registry import routers
from community.core.problems import PROBLEM_TYPE, FieldError, problem_response

VERSION = "v1"
NAMESPACE = "api_v1"
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "edit_number": {"type": "integer"},
    },
}
_WRONG = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is no such value."),
    "string_too_short": _("This is too short."),
    "string_too_long": _("This is too long."),
    "string_type": _("This is no text."),
    "string_unicode": _("This holds characters that cannot be stored."),
    "int_parsing": _("This is no whole number."),
    "int_type": _("This is no whole number."),
}
"""By the validator's code; anything else is simply not accepted."""


class Api(NinjaAPI):
    """ninja's, with our errors and our schema."""

    def set_default_exception_handlers(self) -> None:
        """Leave refusals to `conversation`, and faults to Django: only what ninja itself finds is answered here."""
        self.add_exception_handler(ValidationError, _invalid)
        self.add_exception_handler(HttpError, _unreadable)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of the function: the same as that of its address."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **where: Any) -> Any:
        """Return the schema in the active language, with scopes and problem details."""
        schema = super().get_openapi_schema(**where)
        asks = {
            self.get_openapi_operation_id(operation): operation.auth_callbacks
            for bound in self._get_bound_routers()
            for view in bound.path_operations.values()
            for operation in view.operations
        }
        for methods in schema["paths"].values():
            for operation in methods.values():
                _operation_finish(operation, asks[operation["operationId"]])
        schema["components"]["schemas"]["Problem"] = _PROBLEM
        return _translated(schema)


def _operation_finish(operation: dict[str, Any], asks: Sequence[Any]) -> None:
    """Say what an operation needs and how it refuses; docstrings are for us, not for readers."""
    operation.pop("description", None)
    problem = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"]["default"] = {"description": "Problem", "content": problem}
    for scope in asks:
        if isinstance(scope, Scope):
            operation["security"] = [{"Scope": [scope.scope]}, *([{}] if scope.visitors else [])]


def _translated(schema: Any) -> Any:
    """Return the schema with summaries, descriptions and tags in the active language."""
    if isinstance(schema, list):
        return [_translated(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: gettext(value)
        if name in ("summary", "description") and isinstance(value, str) and value
        else [gettext(tag) for tag in value]
        if name == "tags" and isinstance(value, list)
        else _translated(value)
        for name, value in schema.items()
    }


def _invalid(request: HttpRequest, refused: Any) -> HttpResponse:
    """422: a value of the wrong kind; each is named."""
    errors = [
        FieldError(
            field=".".join(str(part) for part in error["loc"][1:]),
            detail=str(_WRONG.get(error["type"], _("This value is not accepted."))),
        )
        for error in refused.errors
    ]
    return problem_response(request, 422, errors=errors)


def _unreadable(request: HttpRequest, refused: Any) -> HttpResponse:
    """400: a body that is no JSON."""
    return problem_response(request, refused.status_code, detail=_("The body is not valid JSON."))


@cache
def api() -> Api:
    """Return the API with the operations every app registered."""
    made = Api(title="Tertulia", version=VERSION, urls_namespace=NAMESPACE, docs_url=None, openapi_url=None)
    for name in routers:
        made.add_router("", import_string(name))
    return made


@cache
def _schema_in(language: str | None) -> dict[str, Any]:
    return dict(api().get_openapi_schema())


def schema() -> dict[str, Any]:
    """Return the schema in the active language."""
    return _schema_in(get_language())


def openapi(request: HttpRequest) -> HttpResponse:
    """Serve the schema."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    return JsonResponse(schema())


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """404 for every other address below the API."""
    return problem_response(request, 404)


def api_urls() -> tuple[list[Any], str, str]:
    """Return the addresses of the API as `path()` takes them, each answered by `conversation`."""
    patterns, app_name, namespace = api().urls
    found: list[Any] = [
        path("", nothing_here, name="api-root"),
        path("openapi.json", openapi, name="openapi"),
        *(pattern for pattern in patterns if getattr(pattern, "name", "") != "api-root"),
        path("<path:rest>", nothing_here),
    ]
    for pattern in found:
        pattern.callback = conversation(pattern.callback)
    return found, app_name, namespace
