"""Where somebody is led who just sent an idea or a comment, and what they are told."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from community.core.requests import PageRequest
from ideas import selectors
from ideas.models import Comment, Idea, Visibility


def sent_lead(request: PageRequest, sent: Idea | Comment) -> HttpResponse:
    """Lead to what was just sent; say to its author that it waits for review when it does."""
    url, is_shown = selectors.sent_url(sent, viewer=request.user)
    if sent.visibility == Visibility.HELD and is_shown:
        messages.info(request, _("A moderator looks at your text first. Until then only you see it."))
    elif sent.visibility == Visibility.HELD:
        messages.info(request, _("Thank you. A moderator looks at it; then it appears here."))
    return HttpResponseRedirect(url)
