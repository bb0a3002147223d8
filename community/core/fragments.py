"""Parts of pages, rendered once for everybody who would see the same.

The key of a fragment is a digest of all its template can see: texts, names, figures, what the viewer may do, language,
zone. So nothing has to be made invalid, and a fragment holds nothing it was not given: there is no request in it. What
is another in each answer, the nonce and the form token, is a hole, filled on the way out. They are kept in the memory
of each process, so that they end with the templates and texts they were made from.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

from django.core.cache import caches
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import Context
from django.template.loader import get_template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

LASTS_S = 3600
_AGO_CHANGES = (
    (timedelta(hours=1), 30),
    (timedelta(days=1), 600),
    (timedelta(days=30), 3600),
)
"""Until which age "3 hours ago" may be how many seconds late; scripts keep it right in open pages."""


@dataclass(frozen=True)
class Fragment:
    """One part to render: a template, and all it can see."""

    template: str
    context: Mapping[str, Any] | Callable[[], Mapping[str, Any]]
    """A function, with `seen`, where it costs something to make: it is not asked when the fragment is kept."""
    seen: object = None
    """The same as `context`, as a value whose `repr` tells all of it; needed where that of the context does not."""
    lasts_s: int = LASTS_S


def lasts_s(age: timedelta) -> int:
    """Return for how long relative words about something of this age may be kept."""
    return next((seconds for until, seconds in _AGO_CHANGES if age < until), 86_400)


def rendered(
    fragments: Sequence[Fragment], request: HttpRequest, **own: Callable[[HttpRequest], str]
) -> list[SafeString]:
    """Return the HTML of each fragment, kept or made now, with the holes filled for this request. Queries: 0.

    `own` are further holes, by the name the template prints them by; they are not asked for where no hole is.
    """
    place = f"{get_language()}|{get_current_timezone_name()}|"
    keys = [_key(place, fragment) for fragment in fragments]
    store = caches["fragments"]
    kept = store.get_many(keys)
    filling = {**_FILLING, **own}
    if len(kept) < len(keys):
        make = _maker(filling)
        for key, fragment in zip(keys, fragments, strict=True):
            if key not in kept:
                kept[key] = make(fragment)
                store.set(key, kept[key], fragment.lasts_s)
    return _filled([kept[key] for key in keys], request, filling)


def _key(place: str, fragment: Fragment) -> str:
    seen = f"{place}{fragment.template}|{fragment.seen or fragment.context!r}"
    return hashlib.blake2b(seen.encode(), digest_size=20).hexdigest()


def _maker(filling: Iterable[str]) -> Callable[[Fragment], str]:
    """Return what renders fragments, with holes for what is filled in later."""
    holes = {name: _hole(name) for name in filling}
    hx = format_html('data-hx-nonce="{}"', holes["csp_nonce"])
    shared = {**holes, "hx": hx, "LANGUAGE_CODE": get_language()}
    templates = cache(get_template)

    def make(fragment: Fragment) -> str:
        if callable(fragment.context) and fragment.seen is None:
            raise ValueError(f"{fragment.template}: a function does not tell what its template sees")
        seen = fragment.context() if callable(fragment.context) else fragment.context
        if taken := shared.keys() & seen.keys():
            raise ValueError(f"{fragment.template}: {', '.join(taken)} of its context is what every fragment sees")
        html: str = templates(fragment.template).template.render(Context({**seen, **shared}))  # type: ignore[attr-defined]
        return html

    return make


def _filled(
    texts: list[str], request: HttpRequest, filling: Mapping[str, Callable[[HttpRequest], str]]
) -> list[SafeString]:
    """Fill the holes. The token is asked for only where there is a form: asking gives the visitor a cookie."""
    for name, fill in filling.items():
        hole = _hole(name)
        if any(hole in html for html in texts):
            filled = fill(request)  # the same in all of them
            texts = [html.replace(hole, filled) for html in texts]
    return [SafeString(html) for html in texts]


def _token(request: HttpRequest) -> str:
    """Return the form token, masked once for the whole page."""
    token: str | None = getattr(request, "token_of_page", None)
    if token is None:
        token = request.token_of_page = get_token(request)  # type: ignore[attr-defined]
    return token


_FILLING: dict[str, Callable[[HttpRequest], str]] = {
    "csp_nonce": lambda request: str(getattr(request, "csp_nonce", "")),
    "csrf_token": _token,
    "origin": lambda request: escape(f"{request.scheme}://{request.get_host()}"),
    "here": lambda request: escape(request.get_full_path()),
    "here_quoted": lambda request: quote(request.get_full_path()),
}


@cache
def _hole(_name: str) -> str:
    """Return what stands for it: a word nobody can guess, or a member could write it and read another's token there."""
    return f"hole{secrets.token_hex(16)}"
