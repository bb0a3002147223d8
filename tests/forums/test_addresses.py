"""The address of a topic: one canonical spelling, whatever the alphabet."""

import pytest
from django.test import Client

from tests.factories.forums import TopicFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("title", ["¿Qué caudal mínimo pide?", "日本語の質問です、よろしく", "Как это работает?"])
def test_a_title_beyond_ascii_has_a_page(client: Client, title: str) -> None:
    topic = TopicFactory(title=title)

    sent_on = client.get(f"/t/{topic.pk}/")
    page = client.get(sent_on["Location"])

    assert sent_on.status_code == 302
    assert page.status_code == 200
