"""Changing the brand of a site. What is saved shows on the next request, on every page and in every mail."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Site

from community.branding.models import BrandChange, BrandSettings
from community.branding.permissions import brand_change_check
from community.core.errors import Invalid
from community.core.uploads import UploadedFile, delete_image, store_image
from community.members.models import Member

PICTURES = {"logo_light": "brand", "logo_dark": "brand", "icon": "icon", "share": "brand"}
"""Slot -> purpose of its uploads; the address stands in the field `<slot>_url`."""


def brand_save(*, member: Member, site: Site, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Store `values` (fields of BrandSettings; others stay) and return the names of those that changed.

    Raises: Denied; Invalid with the field. Idempotent: yes; nothing changed writes nothing.
    """
    brand_change_check(member)
    with transaction.atomic():
        brand = _locked(site)
        changed = tuple(sorted(name for name, value in values.items() if getattr(brand, name) != value))
        for name in changed:
            setattr(brand, name, values[name])
        try:
            brand.full_clean()
        except ValidationError as refused:
            field, errors = next(iter(refused.message_dict.items()))
            raise Invalid(errors[0], field=field) from refused
        if changed:
            brand.save()
            BrandChange.objects.create(site=site, actor=member, fields=changed)
    return changed


def brand_picture_set(*, member: Member, site: Site, slot: str, file: UploadedFile | None) -> None:
    """Replace the picture in `slot` (a key of PICTURES), or with no file remove it.

    Raises: Denied; Invalid for what is no picture. The former file goes once nobody's page can name it any more.
    """
    brand_change_check(member)
    url = store_image(file, owner_id=site.pk, purpose=PICTURES[slot]).url if file else ""
    field = f"{slot}_url"
    with transaction.atomic():
        brand = _locked(site)
        former = getattr(brand, field)
        if former == url:
            return
        setattr(brand, field, url)
        brand.save()
        BrandChange.objects.create(site=site, actor=member, fields=[field])
        transaction.on_commit(lambda: delete_image(former), robust=True)


def _locked(site: Site) -> BrandSettings:
    """Return the brand of `site`, for change by us alone. Queries: 1 or 2."""
    brand: BrandSettings
    brand, _made = BrandSettings.objects.select_for_update().get_or_create(
        site=site, defaults={"name": site.site_name or "Tertulia"}
    )
    return brand
