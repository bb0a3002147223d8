"""`make screenshots`: pictures of every page, from a freshly seeded community, into docs/screenshots/.

The table PAGES is the only list; a test wants every page of the product in it. A page that does not answer as it
should is named at the end, and the rest is made. `make screenshots ARGS="idea idea-edit"` makes those again only.
"""

import io
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from bench import chromium

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
LOGIN = re.compile(r"^\s+(\w[\w ]*?)\s{2,}(\S+@\S+)\s+(.+?)\s*$", re.MULTILINE)
LOOKS = (("en", 1280, "light"), ("es", 1280, "dark"), ("es", 360, "light"), ("en", 360, "dark"))
"""Both languages, both themes, both widths: each once, four pictures a page."""
OUTSIDE = ("/cms/",)
"""Where the language is the member's, not the address's."""
MOST_HIGH_PX = 1800
QUALITY = 60
START_WITHIN_S = 900


@dataclass(frozen=True)
class Shot:
    """One page: the name of its pictures, who looks, and where it is."""

    name: str
    words: str
    path: str
    role: str = ""
    """As the server prints it; empty for a visitor."""
    found: tuple[str, ...] = ()
    """Patterns: from `path`, the first link whose address matches is followed, one after the other."""
    status: int = 200


ARTICLE = (r"/help/[\w-]+/$", r"/help/a/\d+/[\w-]+/$")
IDEA = (r"/i/\d+/[\w-]+/$",)
TOPIC = (r"/t/\d+/[\w-]+/$",)
CONNECTION = (r"/staff/sync/\d+/$",)
STAFF_IDEA = "product manager"
ADMIN = "administrator"
PAGES = (
    # what everybody reads
    Shot("home", "Home, as a member", "/", "customer"),
    Shot("home-visitor", "Home, as a visitor", "/"),
    Shot("topics", "All topics", "/questions/"),
    Shot("topic", "A solved question", "/questions/?state=solved", found=TOPIC),
    Shot("topic-staff", "A question, as a moderator", "/questions/", "moderator", found=TOPIC),
    Shot("categories", "All categories", "/c/"),
    Shot("category", "A category", "/c/", found=(r"/c/[\w-]+/$",)),
    Shot("ideas", "Ideas", "/ideas/", "customer"),
    Shot("board", "A board of ideas", "/ideas/", found=(r"/ideas/b/[\w-]+/$",)),
    Shot("idea", "An idea, with the history of its status", "/ideas/", found=IDEA),
    Shot("idea-staff", "An idea, with the accounts behind it", "/ideas/", STAFF_IDEA, found=IDEA),
    Shot("roadmap", "The roadmap", "/roadmap/"),
    Shot("help", "The help centre", "/help/"),
    Shot("section", "A section of the help centre", "/help/", found=ARTICLE[:1]),
    Shot("article", "An article", "/help/", found=ARTICLE),
    Shot("article-unhelpful", "Why an article did not help", "/help/a/{article}/helpful/no/"),
    Shot("blog", "The blog", "/blog/"),
    Shot("blog-post", "A post of the blog", "/blog/", found=(r"/blog/\d+/[\w-]+/$",)),
    Shot("search", "Search", "/search/?q=thermostat"),
    Shot("search-nothing", "Search that finds nothing", "/search/?q=zeppelin"),
    Shot("answered", "Found before asking", "/search/answered/{thing}/"),
    Shot("profile", "A member", "/m/marta/"),
    Shot("member-points", "Where points came from", "/m/marta/points/"),
    Shot("points", "How points work", "/points/"),
    Shot("developers", "The reference of the API", "/developers/"),
    Shot("missing", "A page that is not there", "/nowhere/", status=404),
    Shot("refused", "A page for others", "/staff/brand/", "customer", status=403),
    # what members do
    Shot("ask", "Asking", "/ask/", "customer"),
    Shot("drafts", "Drafts", "/drafts/", "customer"),
    Shot("post-edit", "Editing a post", "/p/{edited_post}/edit/", "customer"),
    Shot("post-history", "What was changed in a post", "/p/{edited_post}/edits/"),
    Shot("post-delete", "Deleting a post", "/questions/", "moderator", found=(*TOPIC, r"/p/\d+/delete/$")),
    Shot("idea-new", "Sharing an idea", "/ideas/new/", "customer"),
    Shot("ideas-mine", "My ideas", "/ideas/mine/", "customer"),
    Shot("report", "Reporting", "/questions/", "customer", found=(*TOPIC, r"/report/[\w.]+/\d+/$")),
    Shot("reported", "What one reported", "/reports/", "customer"),
    Shot("inbox", "Notices", "/notifications/", "customer"),
    Shot("inbox-rest", "Notices that do not name one", "/notifications/?list=rest", "customer"),
    Shot("notice-settings", "What one is told", "/settings/notifications/", "customer"),
    Shot("notice-stop", "Stopping mails by the link in one", "/notifications/stop/{stop}/"),
    Shot("settings", "Settings", "/settings/", "customer"),
    Shot("privacy", "Privacy", "/settings/privacy/", "customer"),
    Shot("erase", "Erasing one's account", "/settings/privacy/erase/", "customer"),
    Shot("erased", "After erasing", "/settings/erased/"),
    Shot("confirm", "Confirming who one is", "/settings/confirm/", "customer"),
    Shot("tokens", "Tokens of the API", "/settings/tokens/", "customer"),
    # the sign-in family
    Shot("signin", "Signing in", "/accounts/login/"),
    Shot("join", "Joining", "/accounts/signup/"),
    Shot("invited", "Following an invitation", "/invited/{invited}/"),
    Shot("password-forgotten", "A forgotten password", "/accounts/password/reset/"),
    Shot("password-mailed", "A mail with a link is on its way", "/accounts/password/reset/done/"),
    Shot("password-changed", "A new password is set", "/accounts/password/reset/key/done/"),
    Shot("mailed-code", "Signing in with a mailed code", "/accounts/login/code/"),
    Shot("inactive", "An account that is closed", "/accounts/inactive/"),
    Shot("signout", "Signing out", "/accounts/logout/", "customer"),
    Shot("addresses", "Addresses of an account", "/accounts/email/", "customer"),
    Shot("password", "Changing the password", "/accounts/password/change/", "customer"),
    Shot("again", "Giving the password again", "/accounts/reauthenticate/", "customer"),
    Shot("sessions", "Where one is signed in", "/accounts/sessions/", "customer"),
    Shot("two-factor", "Two-factor authentication", "/accounts/2fa/", "customer"),
    Shot("two-factor-app", "An app for codes", "/accounts/2fa/totp/activate/", "customer"),
    Shot("passkeys", "Passkeys", "/accounts/2fa/webauthn/", "customer"),
    Shot("passkey-add", "Adding a passkey", "/accounts/2fa/webauthn/add/", "customer"),
    # ideas and knowledge, as the team
    Shot("idea-edit", "Editing an idea", "/ideas/", ADMIN, found=(*IDEA, r"/i/\d+/edit/$")),
    Shot("idea-delete", "Deleting an idea", "/ideas/", ADMIN, found=(*IDEA, r"/i/\d+/delete/$")),
    Shot("idea-merge", "Merging an idea", "/ideas/", STAFF_IDEA, found=(*IDEA, r"/i/\d+/merge/$")),
    Shot("idea-status", "Deciding on an idea", "/ideas/", STAFF_IDEA, found=(*IDEA, r"/i/\d+/status/$")),
    Shot("idea-vote-for", "Voting for a customer", "/ideas/", STAFF_IDEA, found=(*IDEA, r"/i/\d+/vote-for/$")),
    Shot("idea-accounts", "Accounts behind an idea", "/ideas/", ADMIN, found=(*IDEA, r"/staff/accounts/idea/\d+/$")),
    Shot(
        "comment-edit",
        "Editing a comment",
        "/ideas/",
        ADMIN,
        found=(*IDEA, r"/ideas/comments/\d+/edit/$"),
    ),
    Shot("statuses", "Statuses of ideas", "/staff/ideas/statuses/", ADMIN),
    Shot("status-new", "A new status", "/staff/ideas/statuses/new/", ADMIN),
    Shot("status", "One status", "/staff/ideas/statuses/", ADMIN, found=(r"/staff/ideas/statuses/\d+/$",)),
    Shot("cms", "The CMS", "/cms/", ADMIN),
    Shot("cms-pages", "Pages in the CMS", "/cms/pages/", ADMIN),
    Shot("cms-article", "An article in the CMS", "/help/", ADMIN, found=(*ARTICLE, r"/cms/pages/\d+/edit/$")),
    Shot("cms-article-history", "Versions of an article", "/cms/pages/{article}/history/", ADMIN),
    # moderation
    Shot("moderation", "The moderation queue", "/staff/moderation/", "moderator"),
    Shot("review", "Deciding on a thing", "/staff/moderation/", "moderator", found=(r"/staff/moderation/\d+/$",)),
    Shot("wave", "Deciding on a wave", "/staff/moderation/wave/{wave}/", "moderator"),
    Shot("moderation-log", "What moderators did", "/staff/moderation/log/", "moderator"),
    Shot("moderation-rules", "Rules of moderation", "/staff/moderation/rules/", "moderator"),
    Shot("moderation-member", "A member, for moderators", "/staff/moderation/members/marta/", "moderator"),
    # the rest of the team's pages
    Shot("staff", "The team's overview", "/staff/", ADMIN),
    Shot("reports", "Insight", "/staff/insight/", STAFF_IDEA),
    Shot("report-searches", "A report of Insight", "/staff/insight/searches/", STAFF_IDEA),
    Shot("synonyms", "Synonyms", "/staff/synonyms/", STAFF_IDEA),
    Shot("activity", "What was recorded", "/staff/activity/", ADMIN),
    Shot("application-tokens", "Tokens of applications", "/staff/tokens/", ADMIN),
    Shot("brand", "The brand, with a preview", "/staff/brand/", ADMIN),
    Shot("brand-preview", "The preview of the home page", "/staff/brand/preview/home/", ADMIN),
    Shot("brand-topic", "The preview of a topic", "/staff/brand/preview/topic/", ADMIN),
    Shot("brand-mail", "The preview of a mail", "/staff/brand/preview/mail/", ADMIN),
    Shot("gallery", "Components", "/staff/gallery/", ADMIN),
    *(
        Shot(f"setup-{step}", f"Set-up: {step}", f"/setup/{step}/", ADMIN)
        for step in ("name", "languages", "sign-in", "categories", "team", "crm")
    ),
    # CRM sync
    Shot("sync", "CRM sync", "/staff/sync/", ADMIN),
    Shot("connection", "A connection", "/staff/sync/", ADMIN, found=CONNECTION),
    Shot("connection-add", "A new connection", "/staff/sync/add/tryton/", ADMIN),
    Shot("connection-edit", "A connection's address", "/staff/sync/", ADMIN, found=(*CONNECTION, r"/sync/\d+/edit/$")),
    Shot("connection-rule", "What is sent", "/staff/sync/", ADMIN, found=(*CONNECTION, r"/staff/sync/\d+/rule/$")),
    Shot("connection-pause", "Pausing", "/staff/sync/", ADMIN, found=(r"/staff/sync/\d+/pause/$",)),
    Shot("connection-enable", "Seen before it is sent", "/staff/sync/{connection}/enable/", ADMIN),
    Shot("runs", "Runs of the sync", "/staff/sync/runs/", ADMIN),
    Shot("run", "A run of the sync", "/staff/sync/runs/", ADMIN, found=(r"/staff/sync/runs/\d+/$",)),
    Shot("record", "A record and its counterpart", "/staff/sync/{connection}/record/contact/{member}/", ADMIN),
    Shot("sandbox", "The built-in CRM", "/staff/sandbox-crm/", ADMIN),
    Shot("sandbox-cases", "Cases of the built-in CRM", "/staff/sandbox-crm/?show=cases", ADMIN),
    Shot("sandbox-idea", "An idea there", "/staff/sandbox-crm/?show=ideas", ADMIN, found=(r"/idea/\d+/$",)),
    Shot("sandbox-contact", "A contact there", "/staff/sandbox-crm/?show=contacts", ADMIN, found=(r"/contact/\d+/$",)),
    Shot("sandbox-account", "An account there", "/staff/sandbox-crm/?show=accounts", ADMIN, found=(r"/account/\d+/$",)),
    Shot("sandbox-faults", "Faults of the built-in CRM", "/staff/sandbox-crm/", ADMIN, found=(r"/\d+/faults/$",)),
)


def main(names: list[str]) -> int:
    """Serve, look, write; return how many pages could not be shown.

    Args:
        names: of the pages whose pictures are made again; all without.
    """
    shots = [shot for shot in PAGES if not names or shot.name in names]
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        url, server = _serve(Path(folder))
        browser = tools.chromium.launch(executable_path=chromium.found(), args=chromium.FLAGS)
        try:
            states = _sign_in(browser, url, (Path(folder) / "server.log").read_text())
            staged = _stage(Path(folder))
            for old in () if names else TARGET.glob("*-*-*-*.webp"):
                old.unlink()
            for shot in shots:
                missed += _take(browser, url, shot, states, staged)
                print(".", end="", flush=True)  # noqa: T201
        finally:
            browser.close()
            server.terminate()
            server.wait(20)
    (TARGET / "README.md").write_text(_index(), encoding="utf-8")
    size = sum(path.stat().st_size for path in TARGET.glob("*.webp"))
    count = len(list(TARGET.glob("*.webp")))
    print(f"\n{count} pictures, {size / 1e6:.1f} MB", *missed, sep="\n")  # noqa: T201
    return len(missed)


def _serve(folder: Path) -> tuple[str, "subprocess.Popen[bytes]"]:
    """Start a seeded community of its own on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    environment = _environment(folder) | {"PORT": str(port), "PUBLIC_URL": url}
    log = (folder / "server.log").open("w")
    command = [sys.executable, "manage.py", "serve"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603 our own
    deadline = time.monotonic() + START_WITHIN_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(f"{url}/live", timeout=2).close()  # noqa: S310 loopback
        except OSError:
            time.sleep(0.5)
        else:
            return url, server
    server.terminate()
    raise SystemExit(f"the server did not start:\n{(folder / 'server.log').read_text()[-2000:]}")


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of an installation in `folder`, whatever services there are."""
    services = ("DATABASE_URL", "REDIS_URL", "SEARCH_URL", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in services} | {"VAR_DIR": str(folder)}


def _stage(folder: Path) -> dict[str, str]:
    """Write what the demo lacks; return what addresses in the table are filled with."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", "from scripts.staged import main; main()"]
    done = subprocess.run(command, cwd=ROOT, env=_environment(folder), capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _sign_in(browser: Browser, url: str, printed: str) -> dict[str, StorageState | None]:
    """Return the cookies of every role the server printed, and none for a visitor."""
    states: dict[str, StorageState | None] = {"": None}
    for role, address, password in LOGIN.findall(printed):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{url}/accounts/login/")
        page.fill("input[name=login]", address)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{url}/")
        states[role] = context.storage_state()
        context.close()
    return states


def _take(
    browser: Browser, url: str, shot: Shot, states: dict[str, StorageState | None], staged: dict[str, str]
) -> list[str]:
    """Write the four pictures of a page; return what went wrong."""
    missed = []
    for language, width, scheme in LOOKS:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            storage_state=states[shot.role],
            reduced_motion="reduce",
        )
        page = context.new_page()
        prefix = "" if language == "en" or shot.path.startswith(OUTSIDE) else f"/{language}"
        status = _open(page, url + prefix + shot.path.format(**staged), shot.found)
        if status == shot.status:
            _write(page, TARGET / f"{shot.name}-{width}-{scheme}-{language}.webp", width)
        else:
            missed.append(f"{shot.name} ({language}): {status} at {page.url.removeprefix(url)}")
        context.close()
    return missed


def _open(page: Page, address: str, found: tuple[str, ...]) -> int:
    """Go to the address and on to what `found` names; return the status."""
    answer = page.goto(address, wait_until="load")
    for pattern in found:
        links = page.locator("main a").evaluate_all("links => links.map(link => link.href)")
        link = next((link for link in links if re.search(pattern, link)), None)
        if link is None:
            return 404
        answer = page.goto(link, wait_until="load")
    return answer.status if answer else 0


def _write(page: Page, path: Path, width: int) -> None:
    """Keep the top of the page as a small picture."""
    height = min(MOST_HIGH_PX, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": max(height, 600)})
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)


def _index() -> str:
    """Return the page that shows them all."""
    lines = ["# Every kind of page", "", "Made by `make screenshots` from the demo community; do not edit.", ""]
    for shot in PAGES:
        made = [
            f"{shot.name}-{width}-{scheme}-{language}.webp"
            for language, width, scheme in LOOKS
            if (TARGET / f"{shot.name}-{width}-{scheme}-{language}.webp").exists()
        ]
        if made:
            lines += [
                f"## {shot.words}",
                "",
                " ".join(f"[![{shot.words}: {name}]({name})]({name})" for name in made),
                "",
            ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
