"""What the knowledge base writes into the log. Ids, numbers and choices only.

All but what readers say are recorded by `community.knowledge.services.telling`, whoever changed the pages and however.
"""

from dataclasses import dataclass

from community.activity.types import activity_type


@dataclass(frozen=True, kw_only=True)
class _Written:
    author_id: int
    """Who owns the page in the CMS; 0 for nobody, or when it is gone."""
    revision_id: int
    """Which revision readers see, or saw last; 0 for a page published without one."""


@activity_type("knowledge.article_published", subject="knowledge.article")
@dataclass(frozen=True, kw_only=True)
class ArticlePublished(_Written):
    """An article became visible."""


@activity_type("knowledge.article_revised", subject="knowledge.article", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class ArticleRevised(_Written):
    """Another revision of an article is visible now."""


@activity_type("knowledge.article_moved", subject="knowledge.article", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class ArticleMoved(_Written):
    """A visible article has another section, address or audience."""


@activity_type("knowledge.article_unpublished", subject="knowledge.article", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class ArticleUnpublished(_Written):
    """An article went back to the CMS, by itself or with its section."""


@activity_type("knowledge.article_deleted", subject="knowledge.article", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class ArticleDeleted(_Written):
    """A visible article is gone."""


@activity_type("knowledge.blog_post_published", subject="knowledge.blogpost")
@dataclass(frozen=True, kw_only=True)
class BlogPostPublished(_Written):
    """A post of the blog became visible."""


@activity_type("knowledge.blog_post_revised", subject="knowledge.blogpost", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class BlogPostRevised(_Written):
    """Another revision of a post is visible now."""


@activity_type("knowledge.blog_post_moved", subject="knowledge.blogpost", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class BlogPostMoved(_Written):
    """A visible post has another blog, address or audience."""


@activity_type("knowledge.blog_post_unpublished", subject="knowledge.blogpost", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class BlogPostUnpublished(_Written):
    """A post went back to the CMS."""


@activity_type("knowledge.blog_post_deleted", subject="knowledge.blogpost", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class BlogPostDeleted(_Written):
    """A visible post is gone."""


@activity_type("knowledge.section_changed", subject="knowledge.section", takes_away=True)
@dataclass(frozen=True, kw_only=True)
class SectionChanged(_Written):
    """A section came, went, or has another name, address or audience; its articles say so for themselves."""


@activity_type("knowledge.article_rated", subject="knowledge.article")
@dataclass(frozen=True, kw_only=True)
class ArticleRated:
    """A reader said that a version of an article helped, or did not, or changed their mind."""

    revision_id: int
    """The version: the published revision."""
    helped: bool
