"""What operations of every app are made of: routers, scopes, types of values, pages of lists, sending once."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Field, Header, Query, Router, Schema
from ninja.security.base import AuthBase
from pydantic import AfterValidator, ConfigDict
from pydantic_core import PydanticCustomError

from community.api.errors import TokenNeeded
from community.api.services import submission_begin
from community.core.errors import Denied

PAGE_SIZE = 30
MOST_ROWS = 100
T = TypeVar("T")
BIGGEST_ID = 2**63 - 1
_KEY = r"^[\x21-\x7e]{1,64}$"
CURSOR = r"^[0-9]{1,19}(-[0-9]{1,19})*$"


class Operations(Router):
    """The operations of one kind of thing; `tag` is what readers of the reference call them."""

    def __init__(self, tag: str) -> None:
        super().__init__(tags=[tag])


class Scope(AuthBase):
    """Asks for a token good for `scope`; with `visitors` nobody needs one, but who has one needs the scope."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: str, *, visitors: bool = False) -> None:
        self.scope, self.visitors = scope, visitors
        super().__init__()

    def __call__(self, request: Any) -> bool:
        """Let the request pass. Raises: TokenNeeded, Denied."""
        if request.token is None and not self.visitors:
            raise TokenNeeded(_("This needs a token."))
        if request.token is not None and self.scope not in request.token.scopes:
            raise Denied(_("This token is not good for %(scope)s.") % {"scope": self.scope})
        return True


def _storable(text: str) -> str:
    """Refuse what no database stores: NUL and halves of surrogate pairs."""
    if "\0" in text or not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise PydanticCustomError("string_unicode", "not storable")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
Name = Annotated[str, Field(max_length=80), AfterValidator(_storable)]
"""A short word: a slug, a handle, a tag."""
Language = Annotated[str, Field(pattern=rf"^({'|'.join(code for code, _name in settings.LANGUAGES)})?$")]
"""A language of the site; empty for none."""


class Sent(Schema):
    """The body of a request; what it does not know, it refuses, and a number in quotes is no number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Cut(Schema):
    """Which part of a list is wanted."""

    limit: int = Field(PAGE_SIZE, ge=1, le=MOST_ROWS, description=gettext_noop("Rows in one answer."))
    cursor: str = Field(
        "", max_length=200, pattern=rf"^$|{CURSOR}", description=gettext_noop("`next` of the answer before.")
    )


Part = Annotated[Cut, Query(...)]
Once = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=_KEY,
        description=gettext_noop("The same key twice within a day makes one object."),
    ),
]


class Listed(Schema, Generic[T]):
    """Some rows of a list; `next` is the cursor of those that follow."""

    items: list[T]
    next: str | None


def listed(request: HttpRequest, response: HttpResponse, rows: Sequence[Any], following: str) -> dict[str, Any]:
    """Return a page of a list as `Listed` takes it, and say in the `Link` header where the next one is."""
    next_say(request, response, following)
    return {"items": rows, "next": following or None}


def next_say(request: HttpRequest, response: HttpResponse, following: str | None) -> None:
    """Give the answer its `Link` header when more follows."""
    if following:
        query = request.GET.copy()
        query["cursor"] = following
        response["Link"] = f'<{request.build_absolute_uri(f"{request.path}?{query.urlencode()}")}>; rel="next"'


def once(request: Any, key: str | None) -> str | None:
    """Return the submission key for a request that came with this `Idempotency-Key`. Raises: Invalid."""
    if key is None:
        return None
    sent = b"\n".join((request.method.encode(), request.path.encode(), request.body))
    return submission_begin(member=request.user, key=key, sent=sent)
