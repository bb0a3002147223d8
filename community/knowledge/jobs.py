"""What the worker does for the knowledge base by the clock."""

from wagtail.models import Site

from community.knowledge.services import helpful_recount, pages_publish_due, pages_tell, site_prepare
from community.work.periodic import register_periodic

MINUTE_S = 60
DAY_S = 24 * 3600


def register_jobs() -> None:
    """Register the jobs; each is safe to repeat."""
    register_periodic("knowledge.publish_due", MINUTE_S, pages_publish_due)
    register_periodic("knowledge.sweep", 10 * MINUTE_S, pages_sweep)
    register_periodic("knowledge.sites_prepare", 10 * MINUTE_S, sites_prepare)
    register_periodic("knowledge.helpful_recount", DAY_S, helpful_recount)


def pages_sweep() -> int:
    """Tell the log what happened to pages behind our back; return how many there were. Idempotent: yes."""
    return pages_tell(actor_id=None, origin="system")


def sites_prepare() -> None:
    """Give every site what it has not got yet: help centre, blog and workflow. Idempotent: yes."""
    for site in Site.objects.order_by("pk"):
        site_prepare(site)
