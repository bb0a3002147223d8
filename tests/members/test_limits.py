"""Rate limits."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from community.core.errors import TooMany
from community.core.limits import client_ip, hit, limit_writes, parse_rate

pytestmark = pytest.mark.cache


def test_a_rate_is_times_and_a_window():
    assert parse_rate("20/h") == (20, 3600)
    assert parse_rate("5/10m") == (5, 600)
    with pytest.raises(ValueError, match="not a rate"):
        parse_rate("often")


def test_the_use_after_the_last_allowed_one_is_refused_until_the_window_ends():
    for _ in range(3):
        hit("test:member:7", "3/h")

    with pytest.raises(TooMany) as refused:
        hit("test:member:7", "3/h")

    assert 0 < refused.value.retry_after_s <= 3601
    hit("test:member:8", "3/h")


def test_only_writes_are_counted_and_each_address_has_its_own_allowance():
    @limit_writes("test.write", "1/h")
    def view(request):
        return HttpResponse("ok")

    requests = RequestFactory()
    view(requests.get("/"))
    view(requests.post("/"))
    view(requests.get("/"))

    with pytest.raises(TooMany):
        view(requests.post("/"))
    view(requests.post("/", REMOTE_ADDR="10.0.0.2"))


def test_a_forged_header_does_not_change_the_address():
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.0.0.9", REMOTE_ADDR="127.0.0.1")

    assert client_ip(request) == "127.0.0.1"
    with override_settings(TRUSTED_PROXIES=1):
        assert client_ip(request) == "10.0.0.9"
