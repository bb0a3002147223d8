"""Elasticsearch's own client, talking to an OpenSearch server: for tests alone.

The client insists on its own media types and on a header of the product; here they are put right on the way. What the
adapter sends and how it reads answers is thereby tried on a real server.
"""

from typing import Any

from elastic_transport import HttpHeaders, Urllib3HttpNode


class OpenSearchNode(Urllib3HttpNode):
    """Rewrites media types of requests, adds the product's header to answers."""

    def perform_request(self, method: str, target: str, **options: Any) -> Any:
        """Send it."""
        headers = dict(options.pop("headers", None) or {})
        for name in ("accept", "content-type"):
            if name in headers:
                assert "compatible-with=8" in headers[name], "the client sends its own media types"
                headers[name] = "application/x-ndjson" if "x-ndjson" in headers[name] else "application/json"
        answer = super().perform_request(method, target, headers=HttpHeaders(headers), **options)
        answer.meta.headers = HttpHeaders({**answer.meta.headers, "x-elastic-product": "Elasticsearch"})
        return answer
