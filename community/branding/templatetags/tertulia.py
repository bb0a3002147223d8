"""Template tags every page may load: `{% load tertulia %}`."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import date_format, get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from community.branding.context import hx_attribute
from community.branding.vendor import vendored_files
from community.core.addresses import path_to
from community.core.fragments import Fragment, lasts_s, rendered
from community.core.permissions import allowed

register = template.Library()
_OURS = re.compile(r'(?<=<a href=")/(?=(?:[mtci]|help|blog)/)')
SPRITE = "vendor/icons.svg"
HUES = 5
"""How many avatar colours the stylesheet has (`.h1` to `.h5`)."""


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Return the icons the sprite holds."""
    sprite = next(item for item in vendored_files() if item.join == "sprite")
    return frozenset(source.rsplit("/", 1)[1].removesuffix(".svg") for source in sprite.source)


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str, classes: str = "") -> SafeString:
    """Return an icon of the sprite; it is decoration, so the word beside it must say the same.

    Raises: TemplateSyntaxError for a name the sprite lacks (add it to vendor.toml, run `manage.py vendor --accept`).
    """
    if name not in icon_names():
        raise template.TemplateSyntaxError(f"No icon {name!r} in {SPRITE}")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', f"i {classes}".strip(), static(SPRITE), name
    )


@register.simple_tag(takes_context=True)
def hx(context: template.RequestContext) -> SafeString:
    """Return the nonce attribute for an element with `data-hx-*`; works inside `{% include … only %}` too."""
    return context.get("hx") or hx_attribute(context.request)


@register.simple_tag(takes_context=True)
def shell(context: template.RequestContext, name: str) -> SafeString:
    """Print the header, the footer or the brand's part of `<head>`, rendered once for all who see the same of it.

    The templates see what stands here, `here`, `here_quoted` and `origin` of this address, and two holes: `account`
    for what is the member's own, `alternates` for links to this page in each language.
    Queries: 0, and those of `layouts/account.html`.
    """
    request, brand = context.request, context["brand"]
    user = getattr(request, "user", None)
    facts = {
        "section": context.get("section", ""),
        "signed_in": bool(user and user.is_authenticated),
        "is_staff": bool(getattr(user, "roles", None)),
        "theme": context["theme"],
        "languages": brand.languages_offered,
    }

    def account(_request: HttpRequest) -> str:
        return str(context.template.engine.get_template("layouts/account.html").render(context))  # type: ignore[union-attr]

    def alternates(_request: HttpRequest) -> str:
        links = ((other.code, other.url) for other in context["languages"] if other.url)
        return format_html_join("\n", '<link rel="alternate" hreflang="{}" href="{}">', links) + "\n"

    part = Fragment(name, {"brand": brand, **facts}, seen=(brand.digest, *facts.values()))
    return rendered([part], request, account=account, alternates=alternates)[0]


@register.simple_tag(takes_context=True)
def account_menu(context: template.RequestContext) -> SafeString:
    """Print the menu of the member's own pages. Queries: 0."""
    member: Any = context.request.user
    facts = {
        "id": member.pk,
        "handle": member.handle,
        "name": member.name or member.handle,
        "picture_url": member.avatar,
        "is_staff": bool(member.roles),
    }
    return rendered([Fragment("layouts/account_menu.html", facts)], context.request)[0]


@register.simple_tag(takes_context=True)
def drawn(context: template.RequestContext, name: str, rows: Sequence[Any], moment: str) -> SafeString:
    """Print each of `rows` by the template `name`, which sees it as `row`; made once for all who see the same of it.

    The `repr` of a row, a dataclass, tells all of it; from `moment` its "3 hours ago" counts.
    Queries: 0.
    """
    now = timezone.now()
    parts = [Fragment(name, {"row": row}, seen=row, lasts_s=lasts_s(now - getattr(row, moment))) for row in rows]
    return SafeString("".join(rendered(parts, context.request)))


@register.simple_tag(takes_context=True)
def can(context: template.RequestContext, check: str, *things: Any) -> bool:
    """Tell whether the viewer passes the registered check: `{% can "forums.reply_create" topic as allowed %}`."""
    return allowed(check, context.request.user, *things)


@register.filter
def cooked(html: str) -> SafeString:
    """Print HTML that `community.core.markup.cook` made, and nothing else: it is clean by construction.

    Links to what is ours (members, topics, categories, ideas, articles) are stored without a language and keep the
    reader's.
    """
    prefix = path_to("portal:home")
    return SafeString(html if prefix == "/" else _OURS.sub(prefix, html))


def initials(name: str) -> str:
    """Return one or two letters for a round avatar: the first and the last word's."""
    words = [word for word in str(name).replace("_", " ").replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])
    return letters.upper()


def hue(key: object) -> str:
    """Return the avatar colour class of a person: always the same for the same key."""
    return f"h{hashlib.blake2b(str(key).encode(), digest_size=2).digest()[0] % HUES + 1}"


@register.simple_tag
def avatar(name: str, key: object, picture_url: str = "", size: str = "", company: bool = False) -> SafeString:
    """Print the round picture of a person, or the letters of the name (`components/avatar.yaml` has the arguments)."""
    look = f" {size}" if size else ""
    if picture_url:
        return format_html('<img class="av{}" src="{}" alt="" loading="lazy">', look, picture_url)
    look = f"{hue(key)}{look}{' co' if company else ''}"
    return format_html('<span class="av {}" aria-hidden="true">{}</span>', look, initials(name))


@register.simple_tag
def avatars(people: Sequence[tuple[str, object, str]]) -> SafeString:
    """Print many avatars: name, key and picture of each."""
    return SafeString("".join(avatar(*person) for person in people))


_TOPIC_STATES = {
    "solved": ("st ok", "circle-check", _("Solved")),
    "escalated": ("st plan", "circle-dot", _("With support")),
    "answered": ("st", "circle", _("Answered")),
    "new": ("st warn", "circle-dashed", _("Unanswered")),
    "open": ("st mute", "messages-square", _("Discussion")),
}


@register.simple_tag
def topic_state(state: str, part: str = "") -> SafeString:
    """Print the state of a topic; of icon and word only one with `part` "mark" or "word"."""
    look, sign, word = _TOPIC_STATES.get(state, _TOPIC_STATES["open"])
    mark = "" if part == "word" else icon(sign)
    if part == "mark":
        return format_html('<span class="{}" aria-hidden="true">{}</span>', look, mark)
    return format_html('<span class="{}">{}{}</span>', look, mark, word)


@register.simple_tag
def when(moment: datetime | None, classes: str = "", style: str = "ago") -> SafeString | str:
    """Return a `<time>`: relative words, the exact moment as its title, in the reader's zone and language.

    `style="exact"` writes day and hour instead of "3 h ago". `data-ago` lets the page keep relative words fresh.
    """
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    exact = _exact(local)
    words, fresh = (exact, "") if style == "exact" else (ago(local), SafeString(" data-ago"))
    look = format_html(' class="{}"', classes) if classes else ""
    at = local.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}"{}{}>{}</time>', at, exact, look, fresh, words)


@register.filter
def iso(moment: datetime) -> str:
    """Return a moment as `<time datetime>` wants it, to the second, in the reader's zone."""
    return timezone.localtime(moment).isoformat(timespec="seconds")


def ago(moment: datetime) -> str:
    """Return "3 hours ago" of the largest unit; a date once it is more than four weeks."""
    age = timezone.now() - moment
    if age.total_seconds() < 60:
        return pgettext("a moment ago", "now")
    if age.days > 28:
        return _day(timezone.localtime(moment).date(), get_language())
    return gettext("%(time)s ago") % {"time": timesince(moment, depth=1)}


def _exact(local: datetime) -> str:
    """Return day and hour in words, as DATETIME_FORMAT has them: mostly the day's words and more."""
    whole, day = get_format("DATETIME_FORMAT"), get_format("DATE_FORMAT")
    if not whole.startswith(day):
        return format_date(local, whole)
    language = get_language()
    return _day(local.date(), language) + _hour(local.hour, local.minute, whole[len(day) :], language)


@lru_cache(maxsize=4_000)
def _day(day: date, _language: str | None) -> str:
    """Return a day in words; lists and topics name the same few over and over."""
    return date_format(day, "DATE_FORMAT")


@lru_cache(maxsize=4_000)
def _hour(hour: int, minute: int, style: str, _language: str | None) -> str:
    """Return what follows the day in words: there are 1,440 of them."""
    return format_date(datetime(1, 1, 1, hour, minute), style)  # noqa: DTZ001 no zone: a face of the clock


@register.filter
def span(seconds: float) -> str:
    """Return a length of time by its largest unit, for hours and days with the one below: `2 h 10 min`, `40 s`."""
    left = round(seconds)
    units = [
        (86400, gettext("%(n)d d")),
        (3600, gettext("%(n)d h")),
        (60, gettext("%(n)d min")),
        (1, gettext("%(n)d s")),
    ]
    first = next((index for index, (size, _) in enumerate(units) if left >= size), len(units) - 1)
    shown: list[str] = []
    for size, words in units[first : first + 2] if first < 2 else units[first : first + 1]:
        count, left = divmod(left, size)
        if count or not shown:
            shown.append(words % {"n": count})
    return " ".join(shown)
