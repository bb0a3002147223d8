"""The CMS: who may write, who publishes, what a preview shows, how a translation is begun."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from community.activity.models import Activity
from community.knowledge.models import Article, KnowledgeHome, Section
from community.members.models import Member
from community.members.services import roles_set
from tests.factories.knowledge import ArticleFactory, SectionFactory, home_of
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def section() -> Section:
    return SectionFactory()


def form(title: str, **action: str) -> dict[str, Any]:
    """What the edit form of an article sends."""
    body = streamfield([("text", rich_text("<p>Turn the valve.</p>"))])
    values = {"title": title, "slug": "valve", "summary": "", "body": body, "applies_to": "", "comments": _none()}
    return nested_form_data({**values, **action})


def _none() -> dict[str, str]:
    return {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""}


def entered(client: Client, member: Member) -> Client:
    client.force_login(member)
    return client


@pytest.mark.parametrize("roles", [["support_agent"], ["product_manager"]])
def test_who_writes_cannot_publish(client: Client, section: Section, roles: list[str]) -> None:
    editor = entered(client, MemberFactory(roles=roles))

    answer = editor.post(f"/cms/pages/add/knowledge/article/{section.pk}/", form("Valve", **{"action-publish": "1"}))

    assert answer.status_code == 302
    assert not Article.objects.get(slug="valve").live
    assert not Activity.objects.filter(type="knowledge.article_published").exists()


def test_a_moderator_publishes_what_an_editor_submits(section: Section, editor: Member, moderator: Member) -> None:
    writing, approving = entered(Client(), editor), entered(Client(), moderator)

    writing.post(f"/cms/pages/add/knowledge/article/{section.pk}/", form("Valve", **{"action-submit": "1"}))
    article = Article.objects.get(slug="valve")
    task = article.current_workflow_task_state
    assert task is not None
    refused = writing.post(f"/cms/pages/workflow/action/{article.pk}/approve/{task.pk}/")
    approving.post(f"/cms/pages/workflow/action/{article.pk}/approve/{task.pk}/")

    assert refused.status_code in (302, 403)
    article.refresh_from_db()
    assert article.live
    published = Activity.objects.get(type="knowledge.article_published")
    assert (published.subject_id, published.actor_id) == (article.pk, moderator.pk)


def test_each_site_has_a_workflow_of_its_own() -> None:
    home = home_of()

    for one in KnowledgeHome.objects.all():
        assert one.get_workflow().name == f"{home.site.hostname}:{home.site.port}"


def test_only_colleagues_enter_and_who_loses_the_role_does_not(client: Client, editor: Member) -> None:
    assert entered(client, MemberFactory()).get("/cms/").status_code == 403
    assert entered(client, editor).get("/cms/").status_code == 200

    roles_set(None, member=editor, roles=[])

    assert entered(client, Member.objects.get(pk=editor.pk)).get("/cms/").status_code == 403


def test_the_preview_of_a_draft_is_framed_by_the_cms_and_shown_to_editors_alone(client: Client, editor: Member) -> None:
    draft = ArticleFactory(publish=False, title="Canary", text="<p>Not yet said.</p>")
    path = f"/cms/pages/{draft.pk}/view_draft/"

    for viewer in (None, MemberFactory()):
        refused = Client() if viewer is None else entered(Client(), viewer)
        answer = refused.get(path)
        assert answer.status_code in (302, 403)
        assert "Not yet said" not in answer.content.decode()
    answer = entered(client, editor).get(path)

    assert "Not yet said." in answer.content.decode()
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "script-src 'self' 'nonce-" in answer["Content-Security-Policy"]
    assert client.get(draft.path_in("en")).status_code == 404


def test_a_translation_is_begun_as_a_linked_draft(client: Client, editor: Member) -> None:
    article = ArticleFactory(slug="valve")
    spanish = Locale.objects.get(language_code="es")
    article.get_parent().specific.copy_for_translation(spanish)
    asked = {"locales": [spanish.pk], "include_subtree": "", "action": "submit"}

    answer = entered(client, editor).post(f"/cms/translation/submit/page/{article.pk}/", asked)

    assert answer.status_code == 302, answer.content.decode()
    linked = article.get_translation(spanish)
    assert not linked.live
    assert linked.path_in("es") == f"/es/help/a/{linked.pk}/{linked.slug}/"
    assert Page.objects.get(pk=linked.get_parent().pk).locale == spanish


def test_homes_are_made_by_us_alone(client: Client, administrator: Member) -> None:
    root = Page.get_first_root_node()

    answer = entered(client, administrator).get(f"/cms/pages/add/knowledge/knowledgehome/{root.pk}/")

    assert answer.status_code in (302, 403)


def test_an_article_of_a_section_without_translation_is_not_begun_in_that_language(
    client: Client, editor: Member, section: Section
) -> None:
    article = ArticleFactory(parent=section)
    spanish = Locale.objects.get(language_code="es")

    answer = entered(client, editor).post(f"/cms/translation/submit/page/{article.pk}/", {"locales": [spanish.pk]})

    assert answer.status_code == 409
    assert "Translate that first." in answer.content.decode()
    assert not article.get_translations().exists()


@pytest.mark.parametrize("what", ["edit/", "edit/preview/", "copy/"])
def test_a_form_of_the_cms_without_its_fields_is_a_bad_request(
    client: Client, administrator: Member, section: Section, what: str
) -> None:
    article = ArticleFactory(parent=section)

    answer = entered(client, administrator).post(f"/cms/pages/{article.pk}/{what}", {"title": "Valve"})

    assert answer.status_code == 400
    assert "We could not read that" in answer.content.decode()
