"""What the tests of signing in do again and again, through the real addresses."""

import re

from django.urls import reverse

from tests.factories.members import PASSWORD
from tests.mailbox import account_mails

NEW = {"name": "Marta Kiel", "email": "marta@example.com", "password1": PASSWORD}


def last_code():
    """Return the six-digit code of the last mail."""
    return re.search(r"^(\d{6})$", account_mails()[-1].body, re.MULTILINE).group(1)


def last_link():
    """Return the path of the first link of the last mail."""
    return re.search(r"https?://testserver(/\S+)", account_mails()[-1].body).group(1)


def sign_up(client, **changes):
    """Send the sign-up form."""
    return client.post(reverse("account_signup"), {**NEW, **changes})


def sign_in(client, member, password=PASSWORD, **more):
    """Send the sign-in form."""
    return client.post(reverse("account_login"), {"login": member.email, "password": password, **more})


def is_signed_in(client):
    """Tell whether the settings page opens."""
    return client.get(reverse("members:settings")).status_code == 200


def words_of(response, email):
    """Return a page without what differs from request to request: nonces, form tokens, the second, and `email`."""
    html = response.content.decode().replace(email, "")
    return re.sub(r'(nonce|csrfmiddlewaretoken)[^>]*?["\'][^"\']{16,}["\']|data-at="\d+"', "", html)
