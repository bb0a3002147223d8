"""Importing a support community: once, resumable, honest about what it refuses."""

import gzip
import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from community.members.models import Member
from community.notifications.models import Notification
from community.portal.importing.support_source import ANSWERS, QUESTIONS
from community.reputation.models import LedgerEntry
from community.work.senders import senders
from forums.models import Post, Topic

pytestmark = pytest.mark.django_db


def question(number, **change):
    return {
        "id": number,
        "author": f"member-{number}",
        "title": f"Question {number}",
        "content_html": "<p>It <strong>stops</strong>.</p>",
        "topic": "send-and-receive",
        "tags": ["imap", "privacy_1"],
        "locale": "es",
        "created": "2024-01-04 00:17:13 +0000",
        "solution": None,
        "same_problem_votes": 3,
        "is_spam": False,
        "is_locked": False,
    } | change


def answer(number, question_id, **change):
    return {
        "id": number,
        "question_id": question_id,
        "author": "member-helper",
        "content_html": "<p>Restart it.</p>",
        "created": "2024-01-05 10:00:00 +0000",
        "helpful": 4,
        "unhelpful": 0,
        "is_spam": False,
    } | change


@pytest.fixture
def folder(tmp_path):
    write(
        tmp_path / QUESTIONS, [question(1, solution=11), question(2), question(3, is_spam=True), question(4, title="")]
    )
    write(
        tmp_path / ANSWERS,
        [answer(12, 1, created="2024-01-06 10:00:00 +0000"), answer(11, 1), answer(13, 4), answer(14, 2, is_spam=True)],
    )
    return tmp_path


def write(path, rows):
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def run(folder):
    out = StringIO()
    call_command("import_support", str(folder), stdout=out, verbosity=0)
    return out.getvalue()


def test_questions_arrive_with_dates_votes_language_category_and_answer(folder):
    run(folder)

    topic = Topic.objects.get(source_key="support:q:1")
    assert topic.asked_at == datetime(2024, 1, 4, 0, 17, 13, tzinfo=UTC)
    assert (topic.language, topic.category.slug, topic.same_problem_total) == ("es", "send-and-receive", 3)
    assert topic.state == "solved"
    assert topic.accepted_post.source_key == "support:a:11"
    assert list(topic.posts.order_by("number").values_list("source_key", flat=True)) == [
        "support:q:1",
        "support:a:11",
        "support:a:12",
    ]
    assert topic.accepted_post.helpful_total == 4


def test_authors_are_unclaimed_nobody_is_notified_and_nothing_is_earned(folder):
    run(folder)
    drain_activity()
    senders["notifications.mail"].run_once()

    assert set(Member.objects.values_list("state", flat=True)) == {"unclaimed"}
    assert mail.outbox == []
    assert not Notification.objects.exists()
    assert not LedgerEntry.objects.exists()
    assert set(Activity.objects.values_list("origin", flat=True)) == {"import"}


def test_spam_arrives_hidden_and_says_nothing(folder):
    run(folder)

    assert Topic.objects.get(source_key="support:q:3").visibility == "hidden"
    assert Post.objects.get(source_key="support:a:14").visibility == "hidden"
    assert Topic.objects.get(source_key="support:q:2").state == "new"
    assert not Activity.objects.filter(dedupe_key__contains="support:q:3").exists()


def test_every_refused_row_is_listed_with_its_reason(folder):
    said = run(folder)

    assert "refused: 2" in said
    assert "support:q:4: title is empty" in said
    assert "support:a:13: its question was not imported" in said


def test_running_again_after_a_stop_finishes_and_doubles_nothing(folder):
    answers = (folder / ANSWERS).read_bytes()
    write(folder / ANSWERS, [])
    run(folder)
    (folder / ANSWERS).write_bytes(answers)

    run(folder)
    before = Topic.objects.count(), Post.objects.count(), Member.objects.count(), Activity.objects.count()
    said = run(folder)

    assert (Topic.objects.count(), Post.objects.count(), Member.objects.count(), Activity.objects.count()) == before
    assert "there already: 3 topics, 3 posts" in said
    assert Topic.objects.get(source_key="support:q:1").state == "solved"


def test_a_folder_without_the_files_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="is not there"):
        run(tmp_path)
