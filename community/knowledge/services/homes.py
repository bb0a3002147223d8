"""The upper end of each site's pages: a help centre and a blog in each language, and who approves them."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext, override
from wagtail.models import GroupApprovalTask, Locale, Page, Site, Workflow, WorkflowPage, WorkflowTask

from community.knowledge.models import BlogIndex, KnowledgeHome
from community.members.permissions import ROLES_OF_CMS_GROUPS


def site_prepare(site: Site) -> None:
    """Give `site` its help centre and its blog in each language, linked as translations, and a workflow.

    Idempotent: yes. Queries: 4 when all is there.
    """
    with transaction.atomic():
        locales = [Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.LANGUAGES]
        for model in (KnowledgeHome, BlogIndex):
            there = {home.locale_id: home for home in model.objects.filter(site=site)}
            for locale in locales:
                if locale.pk not in there:
                    there[locale.pk] = _home_create(model, site, locale, list(there.values()))
            _workflow_set(site, list(there.values()))


def _home_create(
    model: type[KnowledgeHome | BlogIndex], site: Site, locale: Locale, others: list[KnowledgeHome | BlogIndex]
) -> KnowledgeHome | BlogIndex:
    with override(locale.language_code):
        title = gettext("Help centre") if model is KnowledgeHome else gettext("Blog")
    slug = f"{'help' if model is KnowledgeHome else 'blog'}-{site.pk}-{locale.language_code}"
    home = model(title=title, slug=slug, site=site, locale=locale)
    if others:
        home.translation_key = others[0].translation_key
    Page.get_first_root_node().add_child(instance=home)
    return home


def _workflow_set(site: Site, homes: list[KnowledgeHome | BlogIndex]) -> None:
    """Have what is written below these pages approved by a moderator, unless an administrator chose otherwise.

    Whoever may write may also ask for a translation.
    """
    missing = [home for home in homes if not hasattr(home, "workflowpage")]
    if not missing:
        return
    workflow, is_new = Workflow.objects.get_or_create(name=f"{site.hostname}:{site.port}")
    if is_new:
        for group in Group.objects.filter(name__in=ROLES_OF_CMS_GROUPS):
            group.permissions.add(Permission.objects.get(codename="submit_translation"))
        task = GroupApprovalTask.objects.create(name=f"{site.hostname}:{site.port}")
        task.groups.set(Group.objects.filter(name="Moderators"))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    for home in missing:
        WorkflowPage.objects.create(workflow=workflow, page=home)
