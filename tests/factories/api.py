"""Tokens for tests, and a client that sends one."""

from typing import Any

from django.test import Client

from community.api.models import Token
from community.api.scopes import SCOPES
from community.api.secrets import digest_of, token_new
from community.members.models import Member


def token_for(member: Member, *scopes: str, **columns: Any) -> str:
    """Store a personal token of `member`, good for everything unless told, and return its text."""
    text = token_new()
    Token.objects.create(
        **{
            "kind": Token.Kind.PERSONAL,
            "member": member,
            "name": "Test",
            "scopes": list(scopes or SCOPES),
            "digest": digest_of(text),
            "ending": text[-4:],
            "created_by": member,
            **columns,
        }
    )
    return text


class Program(Client):
    """A program that speaks JSON and sends a token; without one a stranger."""

    def __init__(self, token: str = "", **headers: str) -> None:
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **headers}
        super().__init__(headers=headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request below `/api/v1/`."""
        data = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self, method.lower())(f"/api/v1/{path}", headers=headers, **data)
