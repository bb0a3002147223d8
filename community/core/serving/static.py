"""Our own styles, scripts and pictures, ahead of Django: compressed and hashed, so browsers keep them for ever."""

from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles import finders
from servestatic import ServeStaticASGI


def static_files() -> ServeStaticASGI:
    """Serve what collectstatic gathered; while developing, the apps' own folders, so that an edit shows at once."""
    files = ServeStaticASGI(
        application=None,  # what is no file is a plain 404
        autorefresh=settings.DEBUG,
        allow_all_origins=False,
        add_headers_function=_never_sniffed,
    )
    if not settings.DEBUG:
        files.add_files(settings.STATIC_ROOT, prefix=settings.STATIC_URL)
        return files
    for finder in finders.get_finders():
        for storage in reversed(getattr(finder, "storages", {}).values()):
            files.add_files(storage.location, prefix=settings.STATIC_URL)
    return files


def _never_sniffed(headers: Headers, path: str, url: str) -> None:
    """Send every file with the type its name says and no other."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
