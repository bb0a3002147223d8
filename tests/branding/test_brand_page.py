"""The brand page: saves for administrators only, previews what is not saved, warns, imports, exports, resets."""

import io
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.models import Site

from community.branding.colours import readings
from community.branding.models import BrandChange, BrandSettings
from community.branding.themes import LOOK, theme_read, theme_written
from community.core.errors import Invalid
from tests.branding.test_colours import brand_colours
from tests.factories.members import AdministratorFactory, ModeratorFactory

pytestmark = pytest.mark.django_db
PAGE = "/staff/brand/"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(AdministratorFactory())
    return client


def filled(act: str, **changes: Any) -> dict[str, Any]:
    """Return what the form sends when nothing but `changes` was changed."""
    plain = BrandSettings()
    names = ("name", "label", *LOOK)
    rows = {f"{place}-{part}": value for place in ("header", "footer") for part, value in ROWS.items()}
    return {name: getattr(plain, name) for name in names} | rows | {"act": act} | changes


ROWS = {"TOTAL_FORMS": 2, "INITIAL_FORMS": 0, "0-text": "", "0-url": ""}


def stored() -> BrandSettings | None:
    return BrandSettings.objects.filter(site__is_default_site=True).first()


def picture(image_format: str = "PNG", size: tuple[int, int] = (600, 400)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "#a83a17").save(out, image_format)
    return SimpleUploadedFile("logo", out.getvalue())


def theme(**values: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("theme.json", json.dumps({"format": "tertulia-theme", "version": 1, **values}).encode())


def test_saving_shows_on_the_next_request_and_says_who_did_it(admin: Client) -> None:
    links = {"footer-0-text": "Help", "footer-0-text_es": "Ayuda", "footer-0-url": "/help/"}

    admin.post(PAGE, filled("save", name="Ostler", colour="#a83a17", **links))

    english, spanish = (Client().get(path).content.decode() for path in ("/", "/es/"))
    brand = stored()
    assert brand
    assert "<strong>Ostler</strong>" in english
    assert brand.stylesheet_hash in english
    assert '<a href="/help/">Help</a>' in english
    assert '<a href="/help/">Ayuda</a>' in spanish
    change = BrandChange.objects.get()
    assert change.fields == ["colour", "footer_links", "name"]
    assert str(change.actor) in admin.get(PAGE).content.decode()


def test_saving_nothing_new_writes_nothing(admin: Client) -> None:
    admin.post(PAGE, filled("save", name="Ostler"))
    admin.post(PAGE, filled("save", name="Ostler"))

    assert BrandChange.objects.count() == 1


@pytest.mark.parametrize("act", ["preview", "preview:topic", "take_light", "reset"])
def test_no_button_but_save_keeps_anything(act: str, admin: Client) -> None:
    page = admin.post(PAGE, filled(act, name="Ostler", colour="#ffff00"))

    assert page.status_code == 200
    assert "Preview, not saved" in page.content.decode()
    assert stored() is None


def test_the_preview_shows_unsaved_values_to_frames_of_our_own(admin: Client) -> None:
    page = admin.post(PAGE, filled("preview:topic", name="Ostler", colour="#a83a17"))
    frames = [url.replace("&amp;", "&") for url in re.findall(r'<iframe[^>]* src="([^"]+)"', page.content.decode())]

    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert len(frames) == 2
    for url, mode in zip(frames, ("light", "dark"), strict=True):
        frame = admin.get(url)
        body = frame.content.decode()
        sheet = re.search(r'href="([^"]+try\.css[^"]+)"', body)
        assert "/preview/topic/" in url
        assert f'data-theme="{mode}"' in body
        assert "Ostler" in body
        assert "frame-ancestors 'self'" in frame["Content-Security-Policy"]
        assert "script" not in frame["Content-Security-Policy"].replace("require-trusted-types-for 'script'", "")
        assert sheet
        assert "#a83a17" in admin.get(sheet[1].replace("&amp;", "&")).content.decode()
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_the_preview_shows_unsaved_links_and_leaves_out_what_is_none(admin: Client) -> None:
    links = {
        "header-0-text": "Shop",
        "header-0-url": "/shop/",
        "footer-0-text": "Imprint",
        "footer-0-text_es": "Aviso legal",
        "footer-0-url": "https://ostler.example/",
        "footer-1-text": "Trap",
        "footer-1-url": "javascript:alert(1)",
    }
    page = admin.post(PAGE, filled("preview", **links))
    frame = re.findall(r'<iframe[^>]* src="([^"]+)"', page.content.decode())[0].replace("&amp;", "&")

    english, spanish = (admin.get(path + frame).content.decode() for path in ("", "/es"))

    assert page.status_code == 422
    assert "<span>Shop</span>" in english
    assert "<span>Imprint</span>" in english
    assert "<span>Aviso legal</span>" in spanish
    assert "<span>Trap" not in english
    assert stored() is None


def test_the_preview_of_the_saved_brand_has_the_saved_links(admin: Client) -> None:
    admin.post(PAGE, filled("save", **{"header-0-text": "Shop", "header-0-url": "/shop/"}))
    frame = re.findall(r'<iframe[^>]* src="([^"]+)"', admin.get(PAGE).content.decode())[0].replace("&amp;", "&")

    assert "<span>Shop</span>" in admin.get(frame).content.decode()


def test_the_mail_is_previewed_in_the_colours_tried(admin: Client) -> None:
    frame = admin.get(f"{PAGE}preview/mail/", {"name": "Ostler", "colour": "#a83a17"})

    assert frame.status_code == 200
    assert "background: #a83a17" in frame.content.decode()


def test_a_bad_value_in_the_address_of_a_preview_falls_back(admin: Client) -> None:
    asked = {"colour": "red;}</style><script>", "head_font": "../x", "radius_px": "999"}

    sheet = admin.get(f"{PAGE}try.css", asked).content.decode()

    assert "script" not in sheet
    assert "--radius: 4px" in sheet


def test_pale_and_dark_colours_are_warned_of_and_taken_at_one_press(admin: Client) -> None:
    light, dark = readings("#ffee00", "#101010")

    page = admin.post(PAGE, filled("preview", colour="#ffee00", colour_dark="#101010")).content.decode()
    taken = admin.post(PAGE, filled("take_light", colour="#ffee00", colour_dark="#101010")).content.decode()
    both = admin.post(PAGE, filled("take_dark", colour=light.used, colour_dark="#101010")).content.decode()

    assert "Too pale for text" in page
    assert "Too dark for text" in page
    assert f"Take {light.used}" in page
    assert f"Take {dark.used}" in page
    assert f'value="{light.used}"' in taken
    assert "Too pale" not in taken
    assert f'value="{dark.used}"' in both
    assert "Too dark" not in both
    fragment = admin.get(f"{PAGE}colours/", {"colour": "#ffee00"}).content.decode()
    assert f"Take {light.used}" in fragment
    assert "<html" not in fragment


def test_the_nearest_of_500_colours_passes_once_taken() -> None:
    colours = brand_colours(500)
    for colour, other in zip(colours, reversed(colours), strict=True):
        taken = [reading.used for reading in readings(colour, other)]

        assert all(reading.passes for reading in readings(*taken)), (colour, other)


def test_a_theme_goes_out_and_comes_in_again(admin: Client) -> None:
    admin.post(PAGE, filled("save", name="Ostler", colour="#a83a17", radius_px=8, head_font="serif", density="roomy"))
    out = admin.get(f"{PAGE}export/")
    admin.post(PAGE, filled("save", name="Ostler"))

    page = admin.post(PAGE, {"act": "import", "theme": SimpleUploadedFile("theme.json", out.content)})

    brand = stored()
    assert brand
    assert brand.colour == "#0b6572"
    assert "attachment" in out["Content-Disposition"]
    assert 'value="#a83a17"' in page.content.decode()
    assert 'value="Ostler"' in page.content.decode()
    assert "Preview, not saved" in page.content.decode()
    assert theme_read(io.BytesIO(out.content))["head_font"] == "serif"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("t", b"\x89PNG"), "not JSON"),
        (SimpleUploadedFile("t", b"[" * 9000), "not JSON"),
        (SimpleUploadedFile("t", b"[]"), "no theme of ours"),
        (SimpleUploadedFile("t", b" " * 20_000), "too large"),
        (theme(version=2), "another version"),
        (theme(colour="red"), "colour"),
        (theme(colour={}, radius_px=[400]), "radius_px"),
        (theme(radius_px=99), "radius_px"),
        (theme(head_font="Comic"), "head_font"),
        (theme(logo="x"), "do not know: logo"),
    ],
)
def test_a_bad_theme_is_refused_with_a_sentence(file: SimpleUploadedFile, said: str, admin: Client) -> None:
    page = admin.post(PAGE, {"act": "import", "theme": file})

    assert page.status_code == 422
    assert said in page.content.decode()
    assert stored() is None


def test_resetting_fills_in_the_products_own_look_and_keeps_names(admin: Client) -> None:
    page = admin.post(PAGE, filled("reset", name="Ostler", colour="#a83a17", radius_px=16)).content.decode()

    assert 'value="#0b6572"' in page
    assert 'value="Ostler"' in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"colour": "red"}, "six digits"),
        ({"header-0-text": "Help", "header-0-url": "javascript:alert(1)"}, "begins with https://"),
        ({"header-0-url": "/help/"}, "needs a text"),
        ({"contact_url": "help"}, "begins with https://"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_field(wrong: dict[str, str], said: str, admin: Client) -> None:
    page = admin.post(PAGE, filled("save", **wrong))

    assert page.status_code == 422
    assert said in page.content.decode()
    assert stored() is None


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_encoded_again_and_shows_on_every_page(image_format: str, admin: Client) -> None:
    answer = admin.post(f"{PAGE}picture/logo_light/", {"picture": picture(image_format)})

    brand = stored()
    assert answer.status_code == 302
    assert brand
    assert brand.logo_light_url.startswith("/media/brand/")
    assert brand.logo_light_url.endswith(".webp")
    assert brand.logo_light_url in Client().get("/").content.decode()


def test_svg_is_refused_as_a_logo(admin: Client) -> None:
    svg = SimpleUploadedFile("logo.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/png")

    page = admin.post(f"{PAGE}picture/logo_light/", {"picture": svg})

    assert page.status_code == 422
    assert "Only PNG, JPEG, WebP" in page.content.decode()
    assert stored() is None


def test_one_picture_becomes_every_icon(admin: Client) -> None:
    admin.post(f"{PAGE}picture/icon/", {"picture": picture()})

    page = Client().get("/").content.decode()
    links = re.findall(r'<link rel="(?:icon|apple-touch-icon)" href="([^"]+)" sizes="(\d+)x', page)
    ico = Client().get("/favicon.ico")

    assert [size for _url, size in links] == ["32", "180", "192", "512"]
    for url, size in links:
        answer = Client().get(url)
        assert "immutable" in answer["Cache-Control"]
        assert Image.open(io.BytesIO(answer.content)).size == (int(size), int(size))
    assert Image.open(io.BytesIO(ico.content)).info["sizes"] >= {(16, 16), (32, 32)}
    manifest = json.loads(Client().get("/brand/site.webmanifest").content)
    assert {icon["src"] for icon in manifest["icons"]} == {url for url, _size in links}
    assert Client().get(links[0][0].replace("-32.", "-33.")).status_code == 404


def test_without_an_icon_there_is_our_mark() -> None:
    assert Client().get("/favicon.ico")["Location"].endswith("mark.svg")


def test_a_picture_is_replaced_and_removed(admin: Client, django_capture_on_commit_callbacks: Any) -> None:
    admin.post(f"{PAGE}picture/share/", {"picture": picture()})
    first = stored()
    assert first
    assert first.share_url in Client().get("/").content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        admin.post(f"{PAGE}picture/share/", {"act": "remove"})

    assert first.share_url not in Client().get("/").content.decode()
    assert Client().get(first.share_url).status_code == 404


def test_an_announcement_is_put_away_until_the_next_one(client: Client) -> None:
    site = Site.objects.get(is_default_site=True)
    brand = BrandSettings.objects.create(site=site, announcement="Closed on Friday.", announcement_es="Viernes no.")
    key = re.search(r'name="key" value="(\w+)"', client.get("/").content.decode())
    assert key

    back = client.post("/choose/announcement/", {"key": key[1], "next": "/questions/"})

    assert back["Location"] == "/questions/"
    assert "Closed on Friday." not in client.get("/").content.decode()
    assert "Viernes no." not in client.get("/es/").content.decode()
    assert "Closed on Friday." in Client().get("/").content.decode()
    brand.announcement = "Open again."
    brand.save()
    assert "Open again." in client.get("/").content.decode()


def test_an_announcement_is_put_away_by_our_own_pages_only(client: Client) -> None:
    answer = client.post("/choose/announcement/", {"key": "0" * 16}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not answer.cookies


def test_the_page_is_for_administrators(client: Client) -> None:
    client.force_login(ModeratorFactory())

    for path in ("", "colours/", "export/", "preview/home/", "try.css"):
        assert client.get(PAGE + path).status_code == 403
    assert client.post(PAGE, filled("save")).status_code == 403
    assert client.post(f"{PAGE}picture/icon/", {"picture": picture()}).status_code == 403
    assert stored() is None
    assert "/staff/brand/" not in client.get("/staff/").content.decode()


def test_the_cms_leads_here_and_has_no_form_of_its_own(admin: Client) -> None:
    page = admin.get("/cms/")

    assert page.status_code == 200
    assert "/staff/brand/" in page.content.decode()
    assert "/cms/settings/branding/" not in page.content.decode()


def test_themes_refuse_nothing_they_write() -> None:
    brand = BrandSettings(colour_dark="#aabbcc", radius_px=12)

    assert theme_read(io.BytesIO(theme_written(brand).encode()))["radius_px"] == 12
    with pytest.raises(Invalid):
        theme_read(io.BytesIO(b""))
