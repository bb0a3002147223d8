"""Profile, settings, picture and privacy pages; the outbox."""

import io

import pytest
from django.core.mail import send_mail
from django.urls import reverse
from PIL import Image

from community.members.models import Member
from community.privacy.models import Consent
from tests.factories.members import (
    PASSWORD,
    MemberFactory,
    SupportAgentFactory,
    UnclaimedFactory,
)
from tests.mailbox import account_mails
from tests.members.flows import last_code, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    member = MemberFactory(password=PASSWORD, handle="jonas-riedl", name="Jonas Riedl")
    sign_in(client, member)
    return member


def profile_form(**changes):
    form = {"name": "Jonas Riedl", "handle": "jonas-riedl", "language": "en", "time_zone": "UTC", "theme": "system"}
    return {**form, **changes}


def picture(image_format="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (30, 40), "teal").save(out, image_format)
    out.seek(0)
    out.name = "picture.png"
    return out


def test_anybody_may_read_a_profile_and_nobody_sees_the_address(client):
    MemberFactory(handle="jonas-riedl", name="Jonas Riedl", title="Workshop lead", organisation="Velowerk")

    page = client.get("/m/jonas-riedl/")

    html = page.content.decode()
    assert page.status_code == 200
    assert "Workshop lead, Velowerk" in html
    assert "jonas-riedl@example.com" not in html
    assert "Vary" not in page or "Cookie" not in page["Vary"]
    assert not page.cookies


def test_colleagues_carry_the_staff_mark(client):
    SupportAgentFactory(handle="sue-port", title="firmware engineer")

    assert "Staff, firmware engineer" in client.get("/m/sue-port/").content.decode()


@pytest.mark.parametrize("path", ["/m/nobody-here/", "/m/waiting-one/"])
def test_there_is_no_profile_of_nobody_or_of_an_unconfirmed_sign_up(client, path):
    MemberFactory(handle="waiting-one", unconfirmed=True)

    assert client.get(path).status_code == 404


def test_a_profile_says_when_nobody_signs_in_with_it(client):
    UnclaimedFactory(handle="old-author")
    MemberFactory(handle="bad-one", suspended=True)

    assert "earlier community" in client.get("/m/old-author/").content.decode()
    suspended = client.get("/m/bad-one/").content.decode()
    assert "suspended" in suspended
    assert "advertising" not in suspended


def test_settings_change_the_profile_and_come_back_saved(client, member):
    response = client.post(
        reverse("members:settings"), profile_form(name="J. Riedl", time_zone="Europe/Berlin", theme="dark"), follow=True
    )

    member.refresh_from_db()
    assert (member.name, member.time_zone, member.theme) == ("J. Riedl", "Europe/Berlin", "dark")
    assert "saved" in response.content.decode()
    assert 'data-theme="dark"' in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"handle": "taken-one"}, "looks like it"), ({"name": ""}, "required"), ({"time_zone": "Mars"}, "valid choice")],
)
def test_a_bad_setting_is_told_beside_its_field_and_changes_nothing(client, member, changes, words):
    MemberFactory(handle="taken-one")

    response = client.post(reverse("members:settings"), profile_form(**changes))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert Member.objects.get(pk=member.pk).handle == "jonas-riedl"


def test_times_are_written_in_the_members_zone(client, member, frozen_clock):
    Member.objects.filter(pk=member.pk).update(time_zone="Asia/Tokyo")
    sign_in(client, member)

    assert "7 p.m." in client.get(reverse("members:settings")).content.decode()


def test_a_picture_is_re_encoded_shown_and_removed(client, member):
    client.post(reverse("members:avatar"), {"picture": picture()})

    member.refresh_from_db()
    assert member.avatar.startswith(f"/media/avatar/{member.pk}/")
    assert member.avatar in client.get("/m/jonas-riedl/").content.decode()
    old = member.avatar
    assert client.get(old).status_code == 200
    client.post(reverse("members:avatar"), {"remove": "1"})
    member.refresh_from_db()
    assert member.avatar == ""


def test_a_picture_that_is_none_is_refused_beside_the_field(client, member):
    fake = io.BytesIO(b"<svg onload='alert(1)'/>")
    fake.name = "fake.png"

    response = client.post(reverse("members:avatar"), {"picture": fake})

    assert response.status_code == 422
    assert "PNG, JPEG, WebP and GIF" in response.content.decode()
    assert Member.objects.get(pk=member.pk).avatar == ""


def test_the_choice_about_the_crm_is_kept_and_can_be_changed(client, member):
    assert "not chosen yet" in client.get(reverse("members:privacy")).content.decode()

    client.post(reverse("members:privacy"), {"crm": "on"})
    assert Consent.objects.get(member=member).given
    client.post(reverse("members:privacy"), {})
    assert not Consent.objects.get(member=member).given


def test_settings_are_for_those_who_signed_in(client):
    for name in ("members:settings", "members:privacy", "members:erase"):
        response = client.get(reverse(name))
        assert response.status_code == 302, name
        assert reverse("account_login") in response.url, name


def test_changing_settings_too_often_is_refused(client, member):
    answers = [client.post(reverse("members:privacy"), {}).status_code for _ in range(32)]

    assert answers[-1] == 429


def test_being_here_is_remembered_once_a_day(client, member, django_assert_num_queries):
    Member.objects.filter(pk=member.pk).update(last_seen_at=None)
    client.get("/m/jonas-riedl/")
    first = Member.objects.get(pk=member.pk).last_seen_at
    client.get("/m/jonas-riedl/")

    assert first is not None
    assert Member.objects.get(pk=member.pk).last_seen_at == first


def test_a_mail_is_in_the_members_language_with_text_and_html(client):
    member = MemberFactory(language="es")

    client.post(reverse("account_request_login_code"), {"email": member.email})

    message = account_mails()[-1]
    html = message.alternatives[0].content
    assert '<html lang="es">' in html
    assert last_code() in message.body
    assert f'<p class="code">{last_code()}</p>' in html
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "<script" not in html


def test_the_html_of_a_mail_holds_its_link_as_a_button(client):
    member = MemberFactory(password=PASSWORD)

    client.post(reverse("account_reset_password"), {"email": member.email})

    html = account_mails()[-1].alternatives[0].content
    assert 'class="button" href="http://testserver/accounts/password/reset/key/' in html


@pytest.fixture
def outbox(settings, tmp_path):
    settings.OUTBOX_PAGE = True
    settings.EMAIL_BACKEND = "community.core.outbox.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


def test_mails_show_in_the_outbox_as_text_and_html(client, outbox):
    send_mail("Hola", "Your code:\n\n123456\n", None, ["x@example.com"], html_message="<style>p{}</style><p>123456</p>")

    page = client.get(reverse("outbox"))
    assert "Hola" in page.content.decode()
    name = next(path.name for path in outbox.iterdir())
    assert "123456" in client.get(reverse("outbox_show", args=[name])).content.decode()
    html = client.get(reverse("outbox_html", args=[name]))
    assert html["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in html["Content-Security-Policy"]
    assert b"<p>123456</p>" in html.content


@pytest.mark.parametrize("name", ["../../secrets.env", "secrets.env", "20261122-163628-1.log"])
def test_the_outbox_shows_no_other_files(client, outbox, name):
    (outbox / "secrets.env").write_text("SECRET_KEY=canary")

    assert client.get(f"/dev/outbox/{name}/").status_code == 404


def test_there_is_no_outbox_where_mails_are_sent(client):
    for path in ("/dev/outbox/", "/dev/outbox/20261122-163628-1.log/", "/dev/outbox/20261122-163628-1.log/html/"):
        assert client.get(path).status_code == 404


def test_a_profile_costs_the_same_for_everybody_who_looks(client, member, django_assert_max_num_queries):
    MemberFactory(handle="somebody-else")
    client.get("/m/somebody-else/")

    with django_assert_max_num_queries(9):
        client.get("/m/somebody-else/")
