"""Tables of the knowledge base."""

from community.knowledge.models.helpful import HelpfulCount, HelpfulVote
from community.knowledge.models.pages import Article, BlogIndex, BlogPost, KnowledgeHome, Section
from community.knowledge.models.told import Told

__all__ = [
    "Article",
    "BlogIndex",
    "BlogPost",
    "HelpfulCount",
    "HelpfulVote",
    "KnowledgeHome",
    "Section",
    "Told",
]
