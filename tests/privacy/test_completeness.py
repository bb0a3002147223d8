"""Every table that knows a member is exported and erased by its app, or left out by name and for a reason."""

from django.apps import apps
from django.conf import settings
from django.db import models

from community.core.collectors import collectors

MEMBER_ID_NAMES = {"member_id", "actor_id", "author_id", "asker_id", "owner_id", "user_id", "contact_id", "voter_id"}
ENDINGS = ("_by_id", "_member_id", "_author_id")

# The row of a colleague stays, emptied, so an id that points to it says nothing about anybody any more.
ID_OF_A_COLLEAGUE = "holds the id of a colleague who worked in the CMS; the row behind it is emptied"
LEFT_OUT = {
    "members.Member_groups": "permissions of the CMS, cleared with the member",
    "members.Member_user_permissions": "permissions of the CMS, cleared with the member",
    "wagtailcore.Page": ID_OF_A_COLLEAGUE,
    "branding.BrandChange": ID_OF_A_COLLEAGUE,
    **dict.fromkeys(
        (
            "knowledge.Article",
            "knowledge.BlogIndex",
            "knowledge.BlogPost",
            "knowledge.KnowledgeHome",
            "knowledge.Section",
        ),
        ID_OF_A_COLLEAGUE,
    ),
    "wagtailcore.Revision": ID_OF_A_COLLEAGUE,
    "wagtailcore.UploadedFile": ID_OF_A_COLLEAGUE,
    "wagtailcore.ModelLogEntry": ID_OF_A_COLLEAGUE,
    "wagtailcore.PageLogEntry": ID_OF_A_COLLEAGUE,
    "wagtailcore.PageSubscription": ID_OF_A_COLLEAGUE,
    "wagtailcore.Comment": ID_OF_A_COLLEAGUE,
    "wagtailcore.CommentReply": ID_OF_A_COLLEAGUE,
    "wagtailcore.TaskState": ID_OF_A_COLLEAGUE,
    "wagtailcore.WorkflowState": ID_OF_A_COLLEAGUE,
    **{
        f"knowledge.{name}": ID_OF_A_COLLEAGUE
        for name in ("Article", "BlogIndex", "BlogPost", "KnowledgeHome", "Section")
    },
    "wagtailimages.Image": ID_OF_A_COLLEAGUE,
    "wagtaildocs.Document": ID_OF_A_COLLEAGUE,
    "wagtailadmin.EditingSession": ID_OF_A_COLLEAGUE,
    "wagtailadmin.FormState": ID_OF_A_COLLEAGUE,
}


def knows_a_member(model):
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey | models.ManyToManyField):
            if field.related_model is not None and field.related_model._meta.label == settings.AUTH_USER_MODEL:
                return True
        elif isinstance(field, models.IntegerField):
            name = getattr(field, "attname", "")
            if name in MEMBER_ID_NAMES or name.endswith(ENDINGS):
                return True
    return False


def known_models():
    return {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if knows_a_member(model) and not model._meta.proxy and model.__module__.split(".")[0] != "tests"
    }


def listed_models():
    return {label for collector in collectors.values() for label in collector.models}


def test_no_table_that_knows_a_member_is_forgotten():
    forgotten = known_models() - listed_models() - LEFT_OUT.keys()

    assert forgotten == set(), "list them in the `models` of their app's privacy.py"


def test_no_collector_lists_a_table_that_is_gone():
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}

    assert listed_models() - labels == set()


def test_each_collector_answers_to_its_own_name():
    assert all(name == collector.name for name, collector in collectors.items())
