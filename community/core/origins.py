"""Whether a form came from our own pages, for visitors, who have no cookie and so no token."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from community.core.errors import Denied


def origin_check(request: HttpRequest) -> None:
    """Refuse what another site's page sent: browsers say where a form comes from. Raises: Denied."""
    origin = request.headers.get("Origin")
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    if foreign or (origin and origin != f"{request.scheme}://{request.get_host()}"):
        raise Denied(_("This form was sent from another site."))
