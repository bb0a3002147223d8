"""What changes the knowledge base, and what tells the log of it."""

from community.knowledge.services.helpful import Reader, helpful_explain, helpful_forget, helpful_recount, helpful_say
from community.knowledge.services.homes import site_prepare
from community.knowledge.services.pictures import picture_put
from community.knowledge.services.scheduling import pages_publish_due
from community.knowledge.services.telling import pages_tell
from community.knowledge.services.writing import page_put, page_save, page_write

__all__ = [
    "Reader",
    "helpful_explain",
    "helpful_forget",
    "helpful_recount",
    "helpful_say",
    "page_put",
    "page_save",
    "page_write",
    "pages_publish_due",
    "pages_tell",
    "picture_put",
    "site_prepare",
]
