"""What a profile shows of the forums: what the viewer may read, and no more."""

import pytest

from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db
BACKEND = "community.members.backends.MemberBackend"


@pytest.fixture
def author():
    return MemberFactory(handle="jonas-riedl")


def test_a_profile_lists_answers_and_topics(client, author):
    category = CategoryFactory()
    PostFactory(topic=TopicFactory(category=category, title="Lock jams"), author=author)
    TopicFactory(category=category, author=author, title="Battery drains")

    html = client.get("/m/jonas-riedl/").content.decode()

    assert "Lock jams" in html
    assert "Battery drains" in html


def test_what_a_viewer_may_not_read_is_not_on_the_profile(client):
    secret = CategoryFactory(audience="staff")
    TopicFactory(category=secret, author=SupportAgentFactory(handle="sue-port"), title="Recall of batch seven")

    assert "Recall" not in client.get("/m/sue-port/").content.decode()
    client.force_login(ModeratorFactory(), backend=BACKEND)
    assert "Recall" in client.get("/m/sue-port/").content.decode()


def test_a_profile_costs_the_same_with_one_row_and_with_eight(client, author, django_assert_max_num_queries):
    category = CategoryFactory()
    for number in range(8):
        TopicFactory(category=category, author=author, title=f"Topic {number}")
        PostFactory(topic=TopicFactory(category=category), author=author)
    client.get("/m/jonas-riedl/")

    with django_assert_max_num_queries(6):
        client.get("/m/jonas-riedl/")
