"""Pictures: what is refused, what is left of what is accepted, and how it is served."""

import io
import struct
import time
import zipfile
import zlib

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from PIL import Image

from community.core.errors import Invalid, TooMany
from community.core.uploads import delete_image, delete_images, store_image, stored_images

CANARY = b"<script>alert('canary')</script>"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def picture(image_format="PNG", size=(40, 30), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, image_format, **options)
    return out.getvalue()


def store(data, purpose="post", owner_id=7):
    return store_image(io.BytesIO(data), owner_id=owner_id, purpose=purpose)


def stored_bytes(image):
    with default_storage.open(image.url.removeprefix("/media/")) as file:
        return file.read()


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_each_format_becomes_webp_of_the_same_size(image_format):
    image = store(picture(image_format))

    assert (image.width, image.height) == (40, 30)
    assert image.url.startswith("/media/post/7/")
    assert stored_bytes(image)[8:12] == b"WEBP"


def test_names_are_random():
    assert store(picture()).url != store(picture()).url


def test_exif_and_its_place_of_recording_are_gone_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x9286] = "canary"
    exif.get_ifd(0x8825)[1] = "N"

    image = store(picture("JPEG", exif=exif, comment=b"canary"))

    assert (image.width, image.height) == (30, 40)
    data = stored_bytes(image)
    assert b"canary" not in data
    assert not Image.open(io.BytesIO(data)).getexif()


def test_what_hides_behind_or_inside_a_picture_does_not_survive():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.html", CANARY)
    png = picture()
    polyglots = [
        png + archive.getvalue(),
        png[:33] + png_chunk(b"tEXt", b"Comment\0" + CANARY) + png[33:],
        picture("GIF", comment=CANARY) + CANARY,
        picture("JPEG", comment=CANARY),
        picture("WEBP", xmp=CANARY) + CANARY,
    ]

    for data in polyglots:
        kept = stored_bytes(store(data))
        assert CANARY not in kept
        assert b"PK\x03\x04" not in kept


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a/*<svg onload=alert(1)>*/=1;",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + CANARY,
        b"\xff\xd8\xff" + CANARY,
        b"RIFF\x00\x00\x00\x00WEBPVP8 " + CANARY,
        b"BM" + bytes(60),
        b"\x00\x00\x01\x00" + bytes(60),
        picture("TIFF"),
        picture("PPM"),
    ],
)
def test_anything_but_a_sound_picture_of_four_formats_is_refused(data):
    with pytest.raises(Invalid) as refused:
        store(data)

    assert refused.value.field == "image"
    assert stored_images(owner_id=7, purpose="post") == []


def test_a_cut_picture_is_refused():
    data = picture("PNG", size=(400, 400))

    with pytest.raises(Invalid):
        store(data[: len(data) // 2])


def test_a_bomb_is_refused_before_it_is_unpacked():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(bytes(10**6)))
    bomb += png_chunk(b"IEND", b"")
    started = time.perf_counter()

    with pytest.raises(Invalid):
        store(bomb)

    assert time.perf_counter() - started < 0.5


def test_a_text_bomb_in_a_picture_is_refused_or_dropped():
    bomb = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000)))
    png = picture()

    try:
        image = store(png[:33] + bomb + png[33:])
    except Invalid:
        return
    assert len(stored_bytes(image)) < 10_000


def test_too_many_bytes_are_refused_without_reading_them_all():
    class Endless:
        read_bytes = 0

        def read(self, size=-1):
            assert size > 0
            self.read_bytes += size
            return b"\x89PNG\r\n\x1a\n" + bytes(size - 8)

    endless = Endless()

    with pytest.raises(Invalid):
        store_image(endless, owner_id=7, purpose="avatar")

    assert endless.read_bytes <= 5 * 1024 * 1024 + 1


def test_large_pictures_are_made_smaller_and_avatars_square():
    assert store(picture("JPEG", size=(4800, 1200))).width == 2400
    avatar = store(picture("JPEG", size=(4800, 1200)), purpose="avatar")
    assert (avatar.width, avatar.height) == (256, 256)


def test_transparency_stays():
    image = store(picture("PNG", mode="RGBA"))

    assert Image.open(io.BytesIO(stored_bytes(image))).mode in {"RGBA", "RGB"}


def test_an_animation_keeps_its_first_frame_only():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

    kept = Image.open(io.BytesIO(stored_bytes(store(out.getvalue()))))

    assert getattr(kept, "n_frames", 1) == 1
    assert kept.convert("RGB").getpixel((5, 5))[0] > 200


def test_one_member_cannot_fill_the_disk(monkeypatch):
    monkeypatch.setattr("community.core.uploads.QUOTA_BYTES", 300)
    store(picture(size=(10, 10)))

    monkeypatch.setattr("community.core.uploads.QUOTA_BYTES", 1)
    with pytest.raises(Invalid):
        store(picture(size=(10, 10)))
    assert len(stored_images(owner_id=7, purpose="post")) == 1


def test_one_member_cannot_keep_the_processor_busy(monkeypatch):
    monkeypatch.setattr("community.core.uploads.UPLOAD_RATE", "2/h")
    store(picture())
    store(picture())

    with pytest.raises(TooMany):
        store(picture())


def test_pictures_go_one_by_one_or_with_their_owner():
    first, second, other = store(picture()), store(picture()), store(picture(), owner_id=70)

    delete_image(first.url)
    delete_image(first.url)
    assert stored_images(owner_id=7, purpose="post") == [second.url]
    delete_images(owner_id=7, purpose="post")
    delete_images(owner_id=7, purpose="post")
    assert stored_images(owner_id=7, purpose="post") == []
    assert stored_images(owner_id=70, purpose="post") == [other.url]


@pytest.mark.parametrize("url", ["", "/media/../../etc/passwd", "/media/post/7/../x.webp", "https://elsewhere/x.webp"])
def test_a_url_that_is_none_of_ours_removes_nothing(url):
    kept = store(picture())

    delete_image(url)

    assert stored_images(owner_id=7, purpose="post") == [kept.url]


@pytest.mark.django_db
def test_a_picture_is_served_as_nothing_but_a_picture(client, django_assert_num_queries):
    image = store(picture())

    with django_assert_num_queries(0):
        response = client.get(image.url)

    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert not response.cookies
    assert b"".join(response.streaming_content)[8:12] == b"WEBP"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/media/post/7/../../settings.py",
        "/media/post/7/index.html",
        "/media/post/7/" + "a" * 32 + ".webp",
        "/media/secrets/7/" + "a" * 32 + ".webp",
        "/media/post/7/" + "a" * 32 + ".svg",
    ],
)
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code == 404
