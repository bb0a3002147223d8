"""Every page in Firefox, too: no violation of the policy and no error, as a visitor and as each role."""

import shutil
from collections.abc import Iterator

import httpx
import pytest

from tests import services
from tests.journeys.conftest import Served
from tests.journeys.pages import ROLES, pages_seen_first_by
from tests.leaks.served import ServedWorld
from tests.servers.firefox import Firefox, firefox_started

pytestmark = [pytest.mark.browser, pytest.mark.firefox]
EVERYBODY_SEES = ["/", "/t/1/", "/es/c/heat-pumps/", "/settings/"]
"""Pages that each role is shown differently."""
TOKEN = "firefoxfirefoxfirefoxfirefoxfire"
"""A form token of our own making."""
SETTLED = "new Promise((resolve) => setTimeout(resolve, 500))"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One Firefox for this file."""
    profile = tmp_path_factory.mktemp("firefox")
    with firefox_started(services.firefox(), profile) as started:
        yield started
    shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture(autouse=True)
def _nothing_said(firefox: Firefox) -> None:
    firefox.errors.clear()


def test_a_violation_is_seen(firefox: Firefox, served: Served) -> None:
    tab = firefox.tab(served.url, None)
    tab.go(served.url)

    tab.run("document.querySelector('h1').setAttribute('style', 'color: red')")
    tab.run("(() => { try { document.querySelector('h1').innerHTML = '<b>x</b>' } catch { return 1 } })()")
    tab.run("console.error('an error of a page')")
    tab.run(SETTLED)

    broken = [violation.partition(" ")[0] for violation in tab.violations()]
    assert broken == ["style-src-attr", "require-trusted-types-for"]
    assert "an error of a page" in firefox.errors


NOT_OURS = ("NetworkError when attempting to fetch resource", "mark.")
"""What Firefox says of a fragment still on its way when the next page opened, and of our icon beside JSON."""


@pytest.mark.parametrize("role", ROLES)
def test_no_page_breaks_the_policy_or_reports_an_error(
    firefox: Firefox, served: Served, world: ServedWorld, role: str
) -> None:
    tab = firefox.tab(served.url, world.sessions.get(role))
    paths = [page.path for page in pages_seen_first_by(world, [*ROLES[:1], *ROLES[:0:-1]])[role]]
    broken: dict[str, list[str]] = {}

    for path in dict.fromkeys([*EVERYBODY_SEES, *paths]):
        tab.go(served.url + path)
        said = [error for error in firefox.errors if not any(words in error for words in NOT_OURS)]
        broken[path] = tab.violations() + said
        firefox.errors.clear()

    tab.run(SETTLED)
    broken["at the end"] = firefox.errors
    assert {path: what for path, what in broken.items() if what} == {}
    assert tab.run("document.querySelectorAll('header.top').length") == 1


def test_a_press_swaps_its_button_in_firefox(firefox: Firefox, served: Served, world: ServedWorld) -> None:
    tab = firefox.tab(served.url, world.sessions["customer"])
    tab.go(f"{served.url}/t/1/")
    joined = "document.querySelector('form[action$=same-problem\\\\/] [aria-pressed=true]') !== null"

    assert not tab.run(joined)
    tab.run("document.querySelector('form[action$=same-problem\\\\/] button').click()")
    tab.wait_until(joined)

    assert tab.violations() == []


def test_a_reply_is_offered_in_firefox(firefox: Firefox, served: Served) -> None:
    """`connect-src 'self'` lets a socket of this origin through here, too; polling would take half a minute."""
    tab = firefox.tab(served.url, None)
    tab.go(f"{served.url}/t/1/")
    tab.run(SETTLED)

    address, password = served.logins["moderator"]
    login = {"csrfmiddlewaretoken": TOKEN, "login": address, "password": password}
    signed_in = _post(f"{served.url}/accounts/login/", {"csrftoken": TOKEN}, login)
    cookies = dict(signed_in.cookies)
    reply = {"csrfmiddlewaretoken": cookies["csrftoken"], "act": "post", "body": "Firefox should hear of this."}
    answer = _post(f"{served.url}/t/1/reply/", cookies, reply)
    assert (signed_in.status_code, answer.status_code) == (302, 302)
    tab.wait_until("document.querySelector('#fresh a') !== null")
    tab.run("document.querySelector('#fresh a').click()")
    tab.wait_until("document.body.textContent.includes('Firefox should hear of this.')")

    assert tab.violations() == []


def _post(url: str, cookies: dict[str, str], data: dict[str, str]) -> httpx.Response:
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return httpx.post(url, data=data, headers={"Cookie": header}, timeout=60)
