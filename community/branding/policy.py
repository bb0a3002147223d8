"""Headers that tell the browser what our pages may do: CSP by area, Permissions-Policy."""

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

CMS_PREFIX = "/cms/"


class PolicyMiddleware(CSPMiddleware):
    """Send the strict policy everywhere and the CMS's own under `/cms/`, on errors too, in development too."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(CMS_PREFIX) and parts.config is None:
            parts.config = settings.CMS_CONTENT_SECURITY_POLICY
        if getattr(request, "is_preview", False):  # a page of ours, made by the CMS for its own frame
            parts.replace = {"frame-ancestors": [SELF]}
        return parts
