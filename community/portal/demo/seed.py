"""Writes the demo community through the same services members use, so that the seed tests the spine."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from wagtail.models import Site

from community.activity.delivery import drain_activity
from community.activity.selectors import views_since
from community.branding.models import BrandSettings
from community.members.models import Member
from community.members.services import member_create
from community.moderation.models import Review
from community.notifications.services.reading import notices_read_until
from community.notifications.services.writing import notices_write
from community.portal.demo.articles import articles_seed, votes_seed, with_links
from community.portal.demo.content import DemoContent, DemoTopic, demo_content
from community.portal.demo.ideas import ideas_seed
from community.portal.demo.waiting import waiting_seed
from crm_sync.models import Connection, SandboxAccount
from crm_sync.sandbox_pages import account_save
from crm_sync.services import connection_create
from forums.models import Category, Post, Topic
from forums.services import (
    answer_accept,
    category_create,
    helpful_toggle,
    reply_create,
    same_problem_toggle,
    topic_ask,
    topic_start,
)
from forums.states import Kind

PASSWORD = "brisa demo 2026"  # noqa: S105 printed for everyone who runs the demo
ORIGIN = "seed"


def demo_seed(*, say: Callable[[str], object] = lambda _text: None) -> bool:
    """Fill the default site with the demo community. Idempotent: yes; returns False when it is there already.

    A run that was interrupted is finished by the next one: each part is looked up before it is written.
    """
    content = demo_content()
    site = Site.objects.get(is_default_site=True)
    if Topic.objects.filter(category__site=site, title=content.topics[-1].title).exists():
        return False
    _brand(site, content)
    _crm(site, content)  # before anything happens, so that the sandbox hears of all of it
    members = _members(content)
    categories = _categories(site, content)
    now = timezone.now()
    articles_seed(site, members["ada"], now, brand="brisa")  # before the topics: some of them link to articles
    ideas = ideas_seed(site, members, now, brand="brisa")
    _topics(site, content, members, categories, now)
    second = _second_brand(site, members, now)
    say(f"second brand: {second.root_url}")
    votes_seed(member for member in members.values() if not member.roles)
    say(f"{len(members)} members, {len(categories)} categories, {len(content.topics)} topics, {ideas} ideas")
    drain_activity()
    if not Review.objects.exists():
        waiting_seed(content, members, categories)
        drain_activity()
    _inboxes(now)
    return True


def _second_brand(first: Site, members: dict[str, Member], now: datetime) -> Site:
    """Open another community beside the first, for the same people, on a host of its own: two brands, one install."""
    content = demo_content("faro")
    hostname, port = second_host()
    site, _is_new = Site.objects.get_or_create(hostname=hostname, port=port, defaults={"root_page": first.root_page})
    _brand(site, content)
    people = members | _members(content)
    articles_seed(site, members["ada"], now, brand="faro")
    ideas_seed(site, people, now, brand="faro")
    _topics(site, content, people, _categories(site, content), now)
    return site


def second_host() -> tuple[str, int]:
    """Return host and port of the demo's second brand: below the name of the first, which browsers know as loopback."""
    parts = urlsplit(settings.PUBLIC_URL)
    name = parts.hostname if parts.hostname and not parts.hostname[-1].isdigit() else "localhost"
    return f"faro.{name}", parts.port or (443 if parts.scheme == "https" else 80)


def _brand(site: Site, content: DemoContent) -> None:
    site.site_name = content.brand["name"]
    site.save(update_fields=["site_name"])
    brand = BrandSettings.for_site(site)
    for name, value in content.brand.items():
        setattr(brand, name, value)
    brand.save()


def _crm(site: Site, content: DemoContent) -> None:
    """Connect the built-in CRM and let it know the companies."""
    if Connection.objects.filter(site=site, kind="sandbox").exists():
        return
    connection = connection_create(site=site, kind="sandbox", name="Sandbox CRM")
    for row in content.accounts:
        account_save(SandboxAccount(connection=connection), row)


def _members(content: DemoContent) -> dict[str, Member]:
    members = Member.objects.in_bulk([row["handle"] for row in content.members], field_name="handle")
    for row in content.members:
        if row["handle"] not in members:
            email = row.get("email", f"{row['handle']}@example.com")
            members[row["handle"]] = member_create(
                **(row | {"email": email}), password=PASSWORD, email_verified=True, origin=ORIGIN
            )
    return members


def _categories(site: Site, content: DemoContent) -> dict[str, Category]:
    categories = {category.slug: category for category in Category.objects.filter(site=site)}
    for position, row in enumerate(content.categories, start=1):
        if row["slug"] not in categories:
            categories[row["slug"]] = category_create(member=None, site=site, position=position, **row)
    return categories


def _topics(
    site: Site, content: DemoContent, members: dict[str, Member], categories: dict[str, Category], now: datetime
) -> None:
    for topic in content.topics:
        if not Topic.objects.filter(category__site=site, title=topic.title).exists():
            _topic(topic, members, categories, now)


def _topic(demo: DemoTopic, members: dict[str, Member], categories: dict[str, Category], now: datetime) -> None:
    category = categories[demo.category]
    create = topic_ask if category.kind == Kind.QUESTION else topic_start
    topic = create(
        member=members[demo.by],
        category=category,
        title=demo.title,
        body=with_links(demo.text.strip(), language=category.language),
        tags=demo.tags,
        origin=ORIGIN,
        occurred_at=now - timedelta(hours=demo.age),
    )
    for handle in demo.same:
        same_problem_toggle(member=members[handle], topic_id=topic.pk, wanted=True, origin=ORIGIN)
    for reply in demo.replies:
        post = reply_create(
            member=members[reply.by],
            topic_id=topic.pk,
            body=reply.text.strip(),
            origin=ORIGIN,
            occurred_at=now - timedelta(hours=reply.age),
        )
        _reactions(post, reply.helpful, members)
        if reply.accepted:
            answer_accept(member=members[demo.by], post_id=post.pk, origin=ORIGIN)


def _reactions(post: Post, handles: tuple[str, ...], members: dict[str, Member]) -> None:
    for handle in handles:
        helpful_toggle(member=members[handle], post_id=post.pk, wanted=True, origin=ORIGIN)


def login_lines() -> list[str]:
    """Return one line per role: the role, the address and the password."""
    lines = []
    for row in demo_content().members:
        if "roles" in row or row["handle"] == "marta":
            role = (row.get("roles") or ["customer"])[0].replace("_", " ")
            lines.append(f"  {role:16} {row['email']:24} {PASSWORD}")
    return lines


def _inboxes(now: datetime) -> None:
    """Tell members what the last days brought, on the site only: the handler of notices skips seeds."""
    batch = views_since(now - timedelta(days=6), origin=ORIGIN, app="forums")
    notices_write(batch, by_mail=False)
    notices_read_until(now - timedelta(hours=36))
