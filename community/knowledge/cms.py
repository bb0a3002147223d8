"""Every change in the CMS is one transaction, and at its end the log hears what readers see differently."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from community.knowledge.services import pages_tell

View = Callable[..., HttpResponse]
_READS = ("GET", "HEAD", "OPTIONS")


def told(view: View) -> View:
    """Wrap a view of the CMS: Wagtail's own publishing, moving and deleting are several statements each."""

    @wraps(view)
    def in_one_transaction(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in _READS or request.path_info.endswith("/preview/"):
            return view(request, *args, **kwargs)
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            if request.user.is_authenticated:
                pages_tell(actor_id=request.user.pk)
        return response

    return in_one_transaction
