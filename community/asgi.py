"""The one application object: `granian --interface asgi community.asgi:application`."""

from a2wsgi import WSGIMiddleware
from django.conf import settings
from servestatic import ServeStaticASGI

from community.core.serving.background import Background
from community.core.serving.front import Front
from community.core.serving.media import MediaFiles
from community.core.serving.static import add_static_files, never_sniffed
from community.live.routing import sockets
from community.wsgi import application as pages


def _beside_the_pages() -> list[Background]:
    """The embedded default works off its queues in a thread here; scaled out, processes of their own do."""
    if not settings.WORKER_EMBEDDED:
        return []
    from community.work.loop import run

    return [Background("worker", run)]


front = Front(
    pages=WSGIMiddleware(pages, workers=settings.PAGE_THREADS),
    sockets=sockets,
    media=MediaFiles(settings.MEDIA_ROOT, prefix=settings.MEDIA_URL, private=settings.MEDIA_PRIVATE_FOLDERS),
    background=_beside_the_pages(),
    exit_with_parent=settings.EXIT_WITH_PARENT,
)
application = ServeStaticASGI(
    front,
    autorefresh=settings.DEBUG,
    allow_all_origins=False,
    add_headers_function=never_sniffed,
)
add_static_files(application)
