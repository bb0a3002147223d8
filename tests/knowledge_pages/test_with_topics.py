"""Where articles and the forums meet: questions about an article, and articles made of topics."""

import io

import pytest
from PIL import Image as PictureFile
from wagtail.images.models import Image
from wagtail.models import Site

from community.activity.models import Activity
from community.core.uploads import store_image
from community.knowledge.models import Article
from forums.models import Post, PostReference
from forums.services import answer_accept, post_edit, post_hide
from search.models import Persona, Surface
from search.services_events import opened_log, query_log
from search.services_visitors import Person
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.knowledge import ArticleFactory, SectionFactory, home_of
from tests.factories.members import MemberFactory, ModeratorFactory, SupportAgentFactory
from tests.forums_pages.conftest import signed_in, text_of
from tests.knowledge_pages.conftest import closed, path_of

pytestmark = pytest.mark.django_db


def about(article, **values):
    return TopicFactory(body=f"As [it says]({path_of(article)}), but it does not fit.", **values)


def test_open_questions_that_lead_to_an_article_stand_below_it(browser, article) -> None:
    about(article, title="Why does the cover not close?")
    TopicFactory(title="Something else entirely")
    named = TopicFactory(title="The answer names it")
    PostFactory(topic=named, body=f"See http://localhost:8000/es{path_of(article)}#h-what-you-need")

    page = text_of(browser.get(path_of(article)))

    assert "Why does the cover not close?" in page
    assert "The answer names it" in page
    assert "Something else entirely" not in page


def test_solved_hidden_and_edited_questions_leave_the_list(browser, article) -> None:
    solved, hidden, edited = (about(article, title=f"How does part {name} fit?") for name in ("solved", "hidden", "ed"))
    answer = PostFactory(topic=solved)
    answer_accept(member=solved.author, post_id=answer.pk)
    post_hide(member=ModeratorFactory(), post_id=hidden.posts.get().pk)
    first = edited.posts.get()
    post_edit(member=edited.author, post_id=first.pk, body="Never mind the article.", edit_number=first.edit_number)

    page = text_of(browser.get(path_of(article)))

    assert "How does part" not in page
    assert PostReference.objects.count() == 2


def test_questions_in_closed_categories_show_to_who_may_read_them(browser, article) -> None:
    about(article, title="How do we install it?", category=CategoryFactory(audience="members"))

    assert "How do we install it?" not in text_of(browser.get(path_of(article)))
    assert "How do we install it?" in text_of(signed_in(MemberFactory()).get(path_of(article)))


def test_asking_from_an_article_points_to_it(article) -> None:
    CategoryFactory(slug="parts")
    client = signed_in(MemberFactory())

    form = text_of(client.get(f"/ask/?category=parts&about=knowledge.article:{article.pk}&title=Which+screw%3F"))

    assert f"About: [Change the filters]({path_of(article)})" in form
    assert 'value="Which screw?"' in form


def test_a_draft_keeps_its_text_below_the_pointer(article) -> None:
    member = MemberFactory()
    client = signed_in(member)
    client.post("/drafts/save/", {"context": "ask", "sequence": "0", "title": "", "body": "I had begun."})

    form = text_of(client.get(f"/ask/?about=knowledge.article:{article.pk}"))

    assert form.index("About: [Change the filters]") < form.index("I had begun.")


@pytest.mark.parametrize("thing", ["knowledge.article:999999", "nothing.there:1", "knowledge.article:x", "x" * 300])
def test_pointing_to_nothing_says_nothing(article, thing) -> None:
    assert "About:" not in text_of(signed_in(MemberFactory()).get("/ask/", {"about": thing}))


def test_pointing_does_not_tell_what_one_may_not_read(browser, article) -> None:
    closed(article)

    assert "Change the filters" not in text_of(browser.get(f"/ask/?about=knowledge.article:{article.pk}"))


def test_pointing_stays_on_its_site(browser) -> None:
    other = Site.objects.create(hostname="other.example", root_page=Site.objects.get().root_page)
    elsewhere = ArticleFactory(parent=SectionFactory(parent=home_of("en", other)), title="Of the other brand")

    assert "Of the other brand" not in text_of(browser.get(f"/ask/?about=knowledge.article:{elsewhere.pk}"))


def solved_topic(**values):
    topic = TopicFactory(title="Why does it hum?", body="At **night**.\n\n1. First\n2. Then", **values)
    answer = PostFactory(topic=topic, body="Tighten `M5`.")
    answer_accept(member=topic.author, post_id=answer.pk)
    topic.refresh_from_db()
    return topic


def test_a_solved_topic_becomes_a_draft_in_the_cms(section) -> None:
    topic = solved_topic()
    agent = SupportAgentFactory()
    client = signed_in(agent)

    assert f"/t/{topic.pk}/article/" in text_of(client.get(f"/t/{topic.pk}/{topic.slug}/"))
    there = client.post(f"/t/{topic.pk}/article/")
    again = client.post(f"/t/{topic.pk}/article/")

    article = Article.objects.get(source_topic_id=topic.pk)
    assert there["Location"] == again["Location"] == f"/cms/pages/{article.pk}/edit/"
    assert (article.title, article.live, article.owner) == ("Why does it hum?", False, agent)
    assert [block.block_type for block in article.body] == ["text", "steps", "heading", "text"]
    assert "<code>M5</code>" in str(article.body[3].value)
    assert not Activity.objects.filter(type__startswith="knowledge.article", subject_id=article.pk).exists()


def test_pictures_of_the_question_and_the_answer_come_along(section, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    out = io.BytesIO()
    PictureFile.new("RGB", (80, 60), "#a83a17").save(out, "PNG")
    stored = store_image(io.BytesIO(out.getvalue()), owner_id=7, purpose="post")
    gone = "/media/post/7/" + "x" * 32 + ".webp"
    topic = solved_topic()
    Post.objects.filter(topic=topic, number=1).update(raw=f"It hums.\n\n![The fan, from below]({stored.url})\n\nWhy?")
    Post.objects.filter(pk=topic.accepted_post_id).update(raw=f"Look: ![Lost]({gone}) ![]({stored.url}) Tighten it.")

    signed_in(SupportAgentFactory()).post(f"/t/{topic.pk}/article/")

    body = Article.objects.get(source_topic_id=topic.pk).body
    assert [block.block_type for block in body] == ["text", "image", "text", "heading", "text", "image"]
    picture = body[1].value["image"]
    assert (body[1].value["alt"], picture.width, picture.height) == ("The fan, from below", 80, 60)
    assert body[5].value["image"] == picture
    assert Image.objects.get() == picture
    assert picture.file.name.startswith("original_images/")


def test_the_article_leads_back_to_its_topic(browser, section) -> None:
    topic = solved_topic()
    signed_in(SupportAgentFactory()).post(f"/t/{topic.pk}/article/")
    article = Article.objects.get(source_topic_id=topic.pk)
    article.get_latest_revision().publish()
    article.refresh_from_db()

    page = text_of(browser.get(path_of(article)))

    assert "Made of a question" in page
    assert f'href="/t/{topic.pk}/{topic.slug}/"' in page


def test_a_spanish_topic_becomes_a_spanish_draft(section) -> None:
    care = SectionFactory(parent=home_of("es"), slug="cuidado")
    topic = solved_topic(language="es")

    signed_in(SupportAgentFactory()).post(f"/t/{topic.pk}/article/")

    article = Article.objects.get(source_topic_id=topic.pk)
    assert article.locale.language_code == "es"
    assert article.get_parent().pk == care.pk


def test_without_a_section_or_an_answer_no_article_is_made(db) -> None:
    client = signed_in(SupportAgentFactory())
    solved, unsolved = solved_topic(), TopicFactory()

    for topic in (solved, unsolved):
        assert client.post(f"/t/{topic.pk}/article/")["Location"] == f"/t/{topic.pk}/{topic.slug}/"

    assert not Article.objects.exists()


def test_only_colleagues_make_articles(section) -> None:
    topic = solved_topic()
    client = signed_in(topic.author)

    assert "/article/" not in text_of(client.get(f"/t/{topic.pk}/{topic.slug}/"))
    assert client.post(f"/t/{topic.pk}/article/").status_code == 403
    assert not Article.objects.exists()


def test_colleagues_see_which_words_led_to_an_article(article) -> None:
    thing = ("knowledge.article", article.pk)
    person = Person(site_id=article.home.site_id, persona=Persona.VISITOR, language="en", day_key="v")
    key = query_log(person=person, words="Dirty Filter", surface=Surface.PAGE, total=1, shown=[thing])
    opened_log(person=person, key=key, thing=thing)
    query_log(person=person, words="never opened", surface=Surface.PAGE, total=1, shown=[thing])

    page = text_of(signed_in(SupportAgentFactory()).get(path_of(article)))

    assert "dirty filter" in page
    assert "never opened" not in page
