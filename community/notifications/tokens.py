"""Links of mails that change what is mailed: signed, without sign-in, good until they are used again."""

from dataclasses import dataclass
from typing import Literal

from django.core import signing
from django.urls import reverse
from django.utils.translation import override

What = Literal["thread", "kind", "digest", "all"]
_SALT = "notifications.stop"


@dataclass(frozen=True)
class StopToken:
    """What a link stops, for whom."""

    member_id: int
    what: What
    key: str = ""
    """The kind of notice, or of the thread."""
    id: int = 0


def stop_url(token: StopToken, *, language: str) -> str:
    """Return the path of the page that stops it, in the member's language."""
    signed = signing.dumps([token.member_id, token.what, token.key, token.id], salt=_SALT)
    with override(language):
        return reverse("notifications:stop", args=[signed])


def stop_token(text: str) -> StopToken | None:
    """Return what a link stops; None for one that is not ours."""
    try:
        member_id, what, key, thing_id = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return StopToken(member_id, what, key, thing_id)
