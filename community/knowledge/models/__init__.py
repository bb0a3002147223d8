"""Tables of the knowledge base."""

from community.knowledge.models.pages import Article, BlogIndex, BlogPost, KnowledgeHome, Section
from community.knowledge.models.told import Told

__all__ = ["Article", "BlogIndex", "BlogPost", "KnowledgeHome", "Section", "Told"]
