"""Reads of the knowledge base."""

from community.knowledge.selectors.figures import article_figures
from community.knowledge.selectors.pages import (
    MembersOnly,
    PageLink,
    article_of,
    article_page,
    articles_feed,
    blog_page,
    blog_post_page,
    home_page,
    section_page,
)

__all__ = [
    "MembersOnly",
    "PageLink",
    "article_figures",
    "article_of",
    "article_page",
    "articles_feed",
    "blog_page",
    "blog_post_page",
    "home_page",
    "section_page",
]
