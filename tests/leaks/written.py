"""Articles and posts of the blog for every audience, with something to hide in each."""

from typing import Any

from wagtail.models import PageViewRestriction

from community.knowledge.models import Article
from community.knowledge.services import pages_tell
from tests.factories.knowledge import ArticleFactory, BlogPostFactory, SectionFactory, blog_of


def written_build(*, members_word: str, draft_word: str) -> dict[str, Any]:
    """Make them; return the values that rows of the table name.

    Args:
        members_word, draft_word: what only members, and only who is in the CMS may read.
    """
    section = SectionFactory(title="Care", slug="care")
    closed = SectionFactory(title=f"Closed {members_word}", slug="closed")
    articles = {
        "public": ArticleFactory(parent=section, title="Change a filter", slug="public"),
        "members": ArticleFactory(parent=closed, title=f"Curve {members_word}", slug="members", summary=members_word),
        "draft": ArticleFactory(parent=section, title=f"Not yet {draft_word}", slug="draft", publish=False),
    }
    posts = {
        "public": BlogPostFactory(slug="public"),
        "members": BlogPostFactory(slug="members", title=f"News {members_word}"),
    }
    for page in (closed, posts["members"]):
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    pages_tell(actor_id=None, origin="system")
    assert Article.objects.get(slug="members").path.startswith(closed.path)
    assert posts["public"].path.startswith(blog_of().path)
    return {
        **{f"{name}_article": article.pk for name, article in articles.items()},
        **{f"{name}_article_slug": article.slug for name, article in articles.items()},
        **{f"{name}_blog_post": post.pk for name, post in posts.items()},
        "public_section": section.slug,
        "members_section": closed.slug,
    }
