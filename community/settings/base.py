"""Settings common to every way of running; one part per integration under `parts/`."""

from community.settings.environment import (
    BASE_DIR,
    env,
    env_bool,
    env_core,
    env_database,
    env_int,
    env_list,
    env_url,
    var_dir,
)

VAR_DIR = var_dir()

SECRET_KEY = env("SECRET_KEY")
CREDENTIALS_KEYS = env_list("CREDENTIALS_KEYS")  # `<key id>:<Fernet key>`, newest first; the older ones still decrypt
DEBUG = False
PORT = env_int("PORT", default=8000, minimum=1, maximum=65535)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=".localhost,127.0.0.1")  # so that the demo's second brand has a name
PUBLIC_URL = env_url("PUBLIC_URL", schemes=("http", "https")).rstrip("/") or f"http://localhost:{PORT}"
CSRF_TRUSTED_ORIGINS = (  # every host we answer to, each of them a site
    [PUBLIC_URL, *(f"https://{'*' * host.startswith('.')}{host}" for host in ALLOWED_HOSTS)]
    if PUBLIC_URL.startswith("https://")
    else []
)
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", default=0, minimum=0, maximum=9)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
SEARCH_URL = env_url("SEARCH_URL", schemes=("http", "https", "opensearch", "elasticsearch"))
SEARCH_TIMEOUT_MS = env_int("SEARCH_TIMEOUT_MS", default=250, minimum=50, maximum=10_000)  # then it counts as down
SEARCH_DIR = VAR_DIR / "search"  # the embedded index, while SEARCH_URL is unset
SEARCH_EVENT_DAYS = env_int("SEARCH_EVENT_DAYS", default=180, minimum=1, maximum=3650)  # what people searched for

# How the server runs (community/asgi.py)
WORKER_EMBEDDED = env_bool("WORKER_EMBEDDED", default=True)  # the worker is a thread beside the pages
PAGE_THREADS = env_int("PAGE_THREADS", default=6, minimum=1, maximum=64)
CPU_CORE = env_core("CPU_CORE")  # the one that this process's Python keeps to; None: the system decides
PAGE_CACHE = env_bool("PAGE_CACHE", default=True)  # the front keeps copies of visitors' pages
EXIT_WITH_PARENT = False
SETUP_LINES = "community.portal.setup.claiming.setup_lines"  # likewise, while nobody runs the community
DEMO_LOGINS = "community.portal.demo.seed.login_lines"  # the lines `manage.py serve` prints; core knows no portal

INSTALLED_APPS = [
    # ours, upper layers first so that their templates win
    "community.portal",
    "forums",
    "ideas",
    "crm_sync",
    "search",
    "community.knowledge",
    "community.notifications",
    "community.reputation",
    "community.live",
    "community.moderation",
    "community.api",
    "community.branding",
    "community.members",
    "community.privacy",
    "community.activity",
    "community.work",
    "community.core",
    # libraries
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.typed_table_block",
    "wagtail.locales",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "template_partials",
    "csp",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "community.core.compression.CompressionMiddleware",
    "community.branding.policy.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "community.branding.middleware.VisitorMiddleware",
    "community.branding.middleware.SiteMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "community.branding.middleware.FaultMiddleware",
    "community.members.middleware.MemberMiddleware",
    "community.members.middleware.StaffSecondFactorMiddleware",
    "community.notifications.middleware.SeenMiddleware",
]

SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # "i18n" is quick.py on purpose
ROOT_URLCONF = "community.urls"
WSGI_APPLICATION = "community.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "community.branding.context.page",
            ],
            "builtins": ["community.branding.templatetags.quick"],
            "libraries": {"i18n": "community.branding.templatetags.quick"},
        },
    },
]

AUTH_USER_MODEL = "members.Member"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_PRIVATE_FOLDERS = ("documents", "original_images")  # views serve these, after asking who is there
EMAIL_FILE_PATH = VAR_DIR / "outbox"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "community.branding.storage.JoinedStaticFilesStorage"},
}
SERVESTATIC_KEEP_ONLY_HASHED_FILES = True

VAR_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": env_database(VAR_DIR)}

from community.settings.parts.allauth import *  # noqa: E402,F403
from community.settings.parts.crm import *  # noqa: E402,F403
from community.settings.parts.logs import *  # noqa: E402,F403
from community.settings.parts.mail import *  # noqa: E402,F403
from community.settings.parts.pages import *  # noqa: E402,F403
from community.settings.parts.security import *  # noqa: E402,F403
from community.settings.parts.shared import *  # noqa: E402,F403
from community.settings.parts.wagtail import *  # noqa: E402,F403

WAGTAILADMIN_BASE_URL = PUBLIC_URL
