"""Pages that come and go when their editors said: what Wagtail's `publish_scheduled` does, page by page."""

import logging
from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from community.knowledge.services.telling import pages_tell

logger = logging.getLogger("community.knowledge")


def pages_publish_due() -> int:
    """Publish the revisions whose hour has come, take back pages whose time is up; return how many. Idempotent: yes.

    Each page is a transaction of its own, so that one that fails holds up no other.
    """
    now = timezone.now()
    gone = Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
    ready = Revision.page_revisions.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    due = [partial(_take_back, page) for page in gone] + [partial(_publish, revision) for revision in ready]
    return sum(_tried(change) for change in due)


def _take_back(page: Page) -> None:
    page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(revision: Revision) -> None:
    revision.publish(log_action="wagtail.publish.scheduled")


def _tried(change: Callable[[], None]) -> bool:
    try:
        with transaction.atomic():
            change()
            pages_tell(actor_id=None, origin="system")
    except Exception:  # noqa: BLE001 one page that fails holds up no other, and the next run tries again
        logger.exception("a scheduled change of a page failed")
        return False
    return True
