"""What changes the knowledge base outside the CMS."""

from community.knowledge.services.homes import site_prepare
from community.knowledge.services.writing import page_write

__all__ = ["page_write", "site_prepare"]
