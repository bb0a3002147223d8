"""Our own styles, scripts and pictures, ahead of Django: compressed and hashed, so browsers keep them for ever."""

from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles import finders
from servestatic import ServeStaticASGI


def never_sniffed(headers: Headers, path: str, url: str) -> None:
    """Send every file with the type its name says and no other."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def add_static_files(application: ServeStaticASGI) -> None:
    """Serve what collectstatic gathered; while developing, the apps' own folders, so that an edit shows at once."""
    if not settings.DEBUG:
        application.add_files(settings.STATIC_ROOT, prefix=settings.STATIC_URL)
        return
    for finder in finders.get_finders():
        for storage in reversed(getattr(finder, "storages", {}).values()):
            application.add_files(storage.location, prefix=settings.STATIC_URL)
