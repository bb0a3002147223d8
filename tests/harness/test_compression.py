"""Pages shrink, and their length says nothing."""

import gzip

import brotli
import pytest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.test import RequestFactory

from community.core.compression import CompressionMiddleware
from community.core.serving.page_cache import KEEP

PAGE = "<!doctype html><p>" + "Ask, answer, accept. " * 200


def answer(accepted: str, response: HttpResponse | None = None) -> HttpResponse:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted})
    given = response or HttpResponse(PAGE)

    def view(request: HttpRequest) -> HttpResponse:
        return given

    return CompressionMiddleware(view)(request)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("GZIP", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_the_best_encoding_that_is_accepted_is_used(accepted: str, encoding: str | None) -> None:
    response = answer(accepted)

    assert response.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in response.headers["Vary"]


def test_a_page_is_much_smaller_and_still_the_same_page() -> None:
    by_brotli, by_gzip = answer("br").content, answer("gzip").content

    assert brotli.decompress(by_brotli).decode().startswith(PAGE)
    assert gzip.decompress(by_gzip).decode().startswith(PAGE)
    assert max(len(by_brotli), len(by_gzip)) < len(PAGE) / 5


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_the_same_page_has_many_lengths(encoding: str) -> None:
    lengths = {len(answer(encoding).content) for _ in range(60)}

    assert len(lengths) > 15


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("short"),
        HttpResponse(PAGE, content_type="image/png"),
        HttpResponse(PAGE, headers={"Content-Encoding": "gzip"}),
        HttpResponse(status=304),
        FileResponse(iter([b"a" * 5000]), content_type="text/html"),
    ],
)
def test_what_is_small_compressed_or_streamed_is_left_alone(response: HttpResponse) -> None:
    before = response.headers.get("Content-Encoding")

    assert answer("br, gzip", response).headers.get("Content-Encoding") == before


def test_what_the_front_keeps_it_compresses_itself() -> None:
    request = RequestFactory().get("/", headers={"Accept-Encoding": "br", KEEP: "yes"})

    kept = CompressionMiddleware(lambda request: HttpResponse(PAGE, headers={KEEP: "yes"}))(request)
    other = CompressionMiddleware(lambda request: HttpResponse(PAGE))(request)

    assert kept.content.decode() == PAGE
    assert other.headers["Content-Encoding"] == "br"


def test_json_is_compressed_as_it_is() -> None:
    response = answer("br", HttpResponse('{"a": "' + "b" * 900 + '"}', content_type="application/json"))

    assert brotli.decompress(response.content).endswith(b'b"}')
