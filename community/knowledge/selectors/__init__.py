"""Reads of the knowledge base."""

from community.knowledge.selectors.figures import article_figures
from community.knowledge.selectors.pages import (
    MembersOnly,
    article_of,
    article_page,
    blog_page,
    blog_post_page,
    home_page,
    section_page,
)

__all__ = [
    "MembersOnly",
    "article_figures",
    "article_of",
    "article_page",
    "blog_page",
    "blog_post_page",
    "home_page",
    "section_page",
]
