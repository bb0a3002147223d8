"""Addresses that name a thing: on the host of another site they lead nowhere, like one that never was.

Most pages look their thing up in the site they are asked on. Where an address holds nothing but an id, its app says
here which thing that is, and the middleware of sites asks once, before the view.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import ResolverMatch

from community.activity.subjects import subjects

Named = Callable[[Mapping[str, Any]], tuple[str, int] | None]
_named: dict[str, Named] = {}


def register_named(app: str, named: Named) -> None:
    """Let `named` say which thing (kind, id) the arguments of an address of `app` name; None for no thing."""
    _named[app] = named


def is_elsewhere(match: ResolverMatch, site: Any) -> bool:
    """Tell whether an address names a thing of another site; a lazy `site` is asked for when it names one.

    Queries: 0, or those of the subject's card.
    """
    named = _named.get(match.app_name)
    thing = named(match.kwargs) if named else None
    if thing is None or thing[0] not in subjects:
        return False
    card = subjects[thing[0]].cards([thing[1]]).get(thing[1])
    return card is not None and card.site_id not in (None, site.pk if site else None)
