"""Every test of privacy starts with empty rate limits and English addresses."""

import pytest
from django.core.cache import cache
from django.utils import translation


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    with translation.override("en"):
        yield
