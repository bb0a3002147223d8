"""Every change in the CMS is one transaction, and at its end the log hears what readers see differently."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext_lazy as _
from wagtail.actions.copy_for_translation import ParentNotTranslatedError

from community.core.errors import Conflict
from community.knowledge.services import pages_tell

View = Callable[..., HttpResponse]
_READS = ("GET", "HEAD", "OPTIONS")


def told(view: View) -> View:
    """Wrap a view of the CMS: Wagtail's own publishing, moving and deleting are several statements each.

    What it leaves to the page of our mistake although a form was sent wrongly is answered as that: BadRequest for one
    without its fields, Conflict for a translation whose section has none.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return _in_one_transaction(view, request, *args, **kwargs)
        except MultiValueDictKeyError as error:
            if request.method in _READS:
                raise
            raise BadRequest("a form without all of its fields") from error
        except ParentNotTranslatedError as error:
            raise Conflict(_("What is above this page is not translated yet. Translate that first.")) from error

    return answer


def _in_one_transaction(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method in _READS or request.path_info.endswith("/preview/"):
        return view(request, *args, **kwargs)
    with transaction.atomic():
        response = view(request, *args, **kwargs)
        if request.user.is_authenticated:
            pages_tell(actor_id=request.user.pk)
    return response
