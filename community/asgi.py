"""The one application object: `granian --interface asgi community.asgi:application`."""

import gc
import sys
import threading

from django.conf import settings

from community.branding.theme import THEME_COOKIE
from community.core.serving.background import Background
from community.core.serving.front import SHUTDOWN_WAIT_S, Front
from community.core.serving.media import MediaFiles
from community.core.serving.pages import Pages
from community.core.serving.static import static_files
from community.core.serving.threads import do_not_displace
from community.wsgi import application as pages

# isort: split
from community.live.routing import sockets  # it has models: what is above set Django up

SWITCH_S = 0.0005
"""How long a thread keeps the interpreter from another that wants it, where the worker is one. A page gives it up
with each query, and with the usual 5 ms would wait that long, lock in hand, each time the worker has it. Among pages
alone it only costs: a fifth to a quarter of their CPU with four at once."""


def _work(stop: threading.Event) -> None:
    """Run the worker's lines until `stop`. Raises: RuntimeError when one of them died, so that all start again."""
    from community.work.loop import Worker  # it has models: Django must be set up first

    worker = Worker(pages_wait=lambda: front.in_flight > 0)
    worker.start()
    try:
        while not stop.wait(1):
            if dead := worker.dead_lines():
                raise RuntimeError(f"lines ended unasked: {', '.join(dead)}")
    finally:
        worker.stop(timeout_s=SHUTDOWN_WAIT_S - 0.5)


do_not_displace()
if settings.WORKER_EMBEDDED:
    sys.setswitchinterval(SWITCH_S)
application = front = Front(
    pages=Pages(pages, threads=settings.PAGE_THREADS),
    sockets=sockets,
    static=(settings.STATIC_URL, static_files()),
    media=MediaFiles(settings.MEDIA_ROOT, prefix=settings.MEDIA_URL, private=settings.MEDIA_PRIVATE_FOLDERS),
    background=[Background("worker", _work)] if settings.WORKER_EMBEDDED else [],
    exit_with_parent=settings.EXIT_WITH_PARENT,
    core=settings.CPU_CORE,
    theme_cookie=THEME_COOKIE if settings.PAGE_CACHE else "",
)

# What is loaded by now stays. To look through it for garbage takes 60 ms, for which every page waits, and by default it
# is looked through about once in a hundred pages. Memory after load is the same.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
