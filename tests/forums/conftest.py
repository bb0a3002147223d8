"""What tests of the forums share."""

import pytest
from wagtail.models import Site


@pytest.fixture
def site() -> Site:
    """The site of every category a factory makes."""
    return Site.objects.get(is_default_site=True)
