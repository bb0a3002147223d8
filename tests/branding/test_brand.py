"""A brand is tokens per site, in one style sheet that may be cached for ever."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site

from community.branding.models import BrandSettings
from community.branding.selectors import brand_of
from community.members.mails import mail_opened
from community.members.models import AccountMail
from tests.factories.members import MemberFactory

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


HELP = re.compile(r"<nav[^>]*>.*?</nav>", re.S)


def test_help_is_at_the_same_place_of_every_page(client: Client) -> None:
    client.force_login(MemberFactory())
    pages = [client.get(path).content.decode() for path in ("/", "/ideas/", "/settings/", "/developers/")]

    places = {tuple(re.findall(r'href="([^"]+)"', HELP.search(page).group())) for page in pages}  # type: ignore[union-attr]

    assert len(places) == 1
    assert reverse("knowledge:home") in places.pop()


def test_members_find_the_api_in_the_footer(client: Client) -> None:
    link = f'<a href="{reverse("api:reference")}">API</a>'
    assert link not in client.get("/").content.decode()

    client.force_login(MemberFactory())

    assert link in client.get("/").content.decode()


def test_a_saved_brand_shows_in_the_next_mail_of_its_site_only(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    BrandSettings.objects.create(
        site=Site.objects.create(hostname="marlow.example", root_page=Page.objects.first()), name="Marlow"
    )
    BrandSettings.objects.create(site=default_site(), name="Ostler", colour="#a83a17")

    for host, name, other in (("localhost", "Ostler", "Marlow"), ("marlow.example", "Marlow", "Ostler")):
        cache.clear()  # the limits of the form, and the site of each host
        Client().post("/accounts/login/code/", {"email": MemberFactory().email}, headers={"host": host})
        assert AccountMail.objects.count() == 1
        html = str(mail_opened(AccountMail.objects.latest("pk").sealed).alternatives[0][0])
        assert name in html
        assert other not in html
        assert ("#a83a17" in html) == (name == "Ostler")
        AccountMail.objects.all().delete()
