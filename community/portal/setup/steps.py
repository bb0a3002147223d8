"""The six steps of set-up: what each is called, and what pressing on does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.branding.models import BrandSettings
from community.branding.services import brand_picture_set, brand_save
from community.core.errors import Invalid
from community.members.inviting import invitation_send, sign_in_rules_set
from community.portal.setup.templates import template_named
from crm_sync.models import Connection
from crm_sync.services import connection_check, connection_create, connection_fill
from forums.models import Category
from forums.services import category_create

SANDBOX = "sandbox"
Save = Callable[[HttpRequest, Site, Mapping[str, Any]], None]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of set-up; `store` takes the cleaned form and runs in a transaction of ours."""

    title: str | Promise
    lede: str | Promise
    button: str | Promise
    store: Save


def _name_save(request: HttpRequest, site: Site, values: Mapping[str, Any]) -> None:
    member: Any = request.user
    brand_save(member=member, site=site, values={"name": values["name"], "tagline": values["tagline"]})
    if values["logo"]:
        brand_picture_set(member=member, site=site, slot="logo_light", file=values["logo"])


def _languages_save(request: HttpRequest, site: Site, values: Mapping[str, Any]) -> None:
    member: Any = request.user
    brand_save(member=member, site=site, values={"languages": values["languages"]})


def _sign_in_save(request: HttpRequest, site: Site, values: Mapping[str, Any]) -> None:
    member: Any = request.user
    sign_in_rules_set(
        member=member,
        site=site,
        by_invitation=values["joining"] == "invited",
        mailed_codes=values["mailed_codes"],
    )


def _categories_save(request: HttpRequest, site: Site, values: Mapping[str, Any]) -> None:
    """Make the template's categories in each language offered; those there are left as they are."""
    member: Any = request.user
    offered = BrandSettings.for_site(site).languages or [code for code, _name in settings.LANGUAGES]
    rows = [row for row in template_named(values["template"]).categories if row.language in offered]
    there = set(Category.objects.filter(site=site).values_list("slug", flat=True))
    for position, row in enumerate(rows, start=len(there) + 1):
        if row.slug not in there:
            category_create(
                member=member,
                site=site,
                name=row.name,
                slug=row.slug,
                description=row.description,
                kind=row.kind,
                language=row.language,
                position=position,
            )


def _team_save(request: HttpRequest, site: Site, values: Mapping[str, Any]) -> None:
    member: Any = request.user
    for email in values["addresses"]:
        invitation_send(member=member, site=site, email=email, roles=[values["role"]], request=request)


def _crm_save(_request: HttpRequest, site: Site, values: Mapping[str, Any]) -> None:
    """Start the built-in CRM, once, test and fill it; any other goes on to its own page, and is tested there."""
    if values["crm"] != SANDBOX:
        return
    there = Connection.objects.filter(site=site, kind=SANDBOX).first()
    crm = there or connection_create(site=site, kind=SANDBOX, name="Sandbox CRM")
    report = connection_check(crm)
    if not report.ok:
        raise Invalid(" ".join(report.problems), field="crm")
    if there is None:
        connection_fill(crm)


STEPS: dict[str, Step] = {
    "name": Step(
        title=_("Name and logo"),
        lede=_("What stands at the top of every page and in every mail. Colours and the rest: later, with a preview."),
        button=_("Save and go on"),
        store=_name_save,
    ),
    "languages": Step(
        title=_("Languages"),
        lede=_("Which languages readers may switch to. Every page is there in each of them."),
        button=_("Save and go on"),
        store=_languages_save,
    ),
    "sign-in": Step(
        title=_("Sign-in"),
        lede=_("Reading needs no account. Who may make one, and how people come in again."),
        button=_("Save and go on"),
        store=_sign_in_save,
    ),
    "categories": Step(
        title=_("First categories"),
        lede=_("Where people ask. A handful is enough; you can rename, add and close them at any time."),
        button=_("Make these categories"),
        store=_categories_save,
    ),
    "team": Step(
        title=_("Invite your team"),
        lede=_("Each gets a mail with a link of their own; it makes their account and works for 14 days."),
        button=_("Send invitations"),
        store=_team_save,
    ),
    "crm": Step(
        title=_("Connect your CRM"),
        lede=_(
            "So that ideas carry revenue and cases open with their context. A real CRM starts paused: "
            "nothing is written until you have seen what would be."
        ),
        button=_("Connect"),
        store=_crm_save,
    ),
}
