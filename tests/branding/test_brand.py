"""A brand is tokens per site, in one style sheet that may be cached for ever."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Page, Site

from community.branding.models import BrandSettings
from community.branding.selectors import brand_of

pytestmark = pytest.mark.django_db


def default_site() -> Site:
    return Site.objects.get(is_default_site=True)


def test_a_saved_brand_shows_on_the_next_request(client: Client) -> None:
    before = client.get("/").content.decode()
    BrandSettings.objects.create(site=default_site(), name="Ostler", label="", colour="#a83a17")

    after = client.get("/").content.decode()

    assert "<strong>Tertulia</strong>" in before
    assert "<strong>Ostler</strong>" in after
    assert brand_of(default_site()).stylesheet_url in after
    assert brand_of(None).stylesheet_url not in after


def test_each_site_has_its_own_brand(client: Client) -> None:
    other = Site.objects.create(hostname="marlow.example", root_page=Page.objects.first())
    BrandSettings.objects.create(site=default_site(), name="Ostler")
    BrandSettings.objects.create(site=other, name="Marlow", head_font="serif", density="roomy", radius_px=8)

    ostler = client.get("/", headers={"host": "localhost"}).content.decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.ALLOWED_HOSTS", ["*"])
        marlow = client.get("/", headers={"host": "marlow.example"}).content.decode()

    assert "Ostler" in ostler
    assert "Marlow" not in ostler
    assert "Marlow" in marlow
    assert "Ostler" not in marlow


def test_the_style_sheet_is_immutable_and_named_by_its_hash(client: Client) -> None:
    brand = BrandSettings.objects.create(site=default_site(), colour="#ffff00")

    sheet = client.get(f"/brand/{brand.stylesheet_hash}.css")

    assert sheet.status_code == 200
    assert sheet["Content-Type"].startswith("text/css")
    assert "immutable" in sheet["Cache-Control"]
    assert "Vary" not in sheet or "Cookie" not in sheet["Vary"]
    assert sheet.content.decode() == brand.stylesheet
    assert sheet.content.decode().startswith("@layer brand {")


def test_a_page_from_a_cache_finds_todays_style_sheet(client: Client) -> None:
    brand = BrandSettings.objects.create(site=default_site(), colour="#ffff00")
    yesterday = f"/brand/{brand.stylesheet_hash}.css"
    brand.colour = "#00ffff"
    brand.save()

    answer = client.get(yesterday)

    assert answer.status_code == 302
    assert answer["Location"] == f"/brand/{brand.stylesheet_hash}.css"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "links", [{"text": "Help"}, [{"text": "Help"}], [{"text": "Help", "url": "javascript:alert(1)"}], ["Help"]]
)
def test_footer_links_that_are_no_links_are_refused(links: object) -> None:
    brand = BrandSettings(site=default_site(), footer_links=links)

    with pytest.raises(ValidationError) as refused:
        brand.full_clean()

    assert "footer_links" in refused.value.message_dict


def test_footer_links_and_announcement_show_on_every_page(client: Client) -> None:
    BrandSettings.objects.create(
        site=default_site(),
        footer_links=[{"text": "House rules", "url": "/rules/"}],
        announcement="Reading only until 02:30.",
    )

    page = client.get("/").content.decode()

    assert '<a href="/rules/">House rules</a>' in page
    assert "Reading only until 02:30." in page


def test_a_brand_costs_no_query_once_it_is_known(client: Client, django_assert_num_queries) -> None:
    client.get("/nothing-here/")

    with django_assert_num_queries(0):
        client.get("/nothing-here/")
