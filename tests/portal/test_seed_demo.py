"""The demo community is written through the services, once."""

import html
import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client

from community.activity.models import Activity, Delivery
from community.members.models import Member
from community.moderation.models import Review
from community.portal.demo.articles import SECTIONS, articles_sources
from community.portal.demo.content import demo_content
from community.portal.demo.ideas import ideas_content
from community.portal.demo.seed import PASSWORD, demo_seed, second_host
from forums.models import Topic
from forums.states import State


def written(brand: str) -> set[str]:
    """Return what a brand's demo calls its topics, ideas and pages, in all languages."""
    content = demo_content(brand)
    titles = {topic.title for topic in content.topics} | {row["name"] for row in content.categories}
    titles |= {row[key] for rows, key in (("boards", "name"), ("ideas", "title")) for row in ideas_content(brand)[rows]}
    titles |= {names[language][0] for names in SECTIONS[brand].values() for language in ("en", "es")}
    return titles | {source.fields["title"] for source in articles_sources(brand)}


def pages_of(host: str) -> Iterator[str]:
    """Yield every page a host leads a member to, from its lists on, in both languages."""
    client = Client(headers={"host": host})
    client.force_login(Member.objects.get(handle="marta"))
    seen = set()
    waiting = [
        prefix + path
        for prefix in ("", "/es")
        for path in ("/", "/help/", "/blog/", "/blog/feed/", "/ideas/", "/roadmap/", "/search/?q=the", "/search/?q=luz")
    ]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path, follow=True)
        page = html.unescape(answer.content.decode())
        yield page
        waiting += re.findall(r'href="((?:/es)?/(?:help/(?!a/\d+/helpful)|blog/\d|c/|ideas/b/)[^"#?]*)"', page)


def check_what_each_brand_shows() -> None:
    """Each brand shows all of its own and nothing of the other."""
    own, other = written("brisa"), written("faro")
    assert not own & other

    brisa, faro = ("\n".join(pages_of(host)) for host in ("localhost", second_host()[0]))

    assert {title for title in own if title in faro} == set()
    assert {title for title in other if title in brisa} == set()
    assert {title for title in other if title not in faro} == set()


@pytest.mark.django_db
def test_seeding_twice_writes_once_and_each_brand_shows_its_own(capsys):
    assert demo_seed() is True
    activities = Activity.objects.count()

    call_command("seed_demo")

    assert Activity.objects.count() == activities
    content = demo_content()
    assert Topic.objects.filter(visibility="visible").count() == len(content.topics) + len(demo_content("faro").topics)
    waiting = len(content.held) + len(content.changes) + len({(row["topic"], row["of"]) for row in content.reports})
    assert Review.objects.waiting().count() == waiting
    assert not Delivery.objects.exists()
    assert set(Topic.objects.filter(accepted_post__isnull=False).values_list("state", flat=True)) == {State.SOLVED}
    check_what_each_brand_shows()


@pytest.mark.django_db
def test_the_printed_logins_cover_every_role_and_work(client, capsys):
    call_command("seed_demo")

    lines = [line.split() for line in capsys.readouterr().out.splitlines() if "@" in line]

    assert len(lines) == 5
    assert {role for member in Member.objects.all() for role in member.roles} == set(Member.Role.values)
    for words in lines:
        email = next(word for word in words if "@" in word)
        assert client.login(email=email, password=PASSWORD)
