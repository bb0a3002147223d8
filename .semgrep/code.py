import urllib.request

import httpx
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_safe


def calls(url, seconds):
    # ruleid: http-without-timeout
    httpx.get(url)
    # ok: http-without-timeout
    httpx.get(url, timeout=5)
    # ruleid: http-without-timeout
    httpx.Client(base_url=url)
    # ok: http-without-timeout
    httpx.Client(base_url=url, timeout=seconds)
    # ruleid: http-without-timeout
    urllib.request.urlopen(url)
    # ruleid: http-endless-timeout
    httpx.post(url, timeout=None)


def tasks(task, app):
    # ruleid: celery-called-directly
    task.delay(1)
    # ruleid: celery-called-directly
    task.apply_async()
    # ruleid: celery-called-directly
    app.send_task("x")
    # ok: celery-called-directly
    task.run()


def marks(name):
    # ruleid: marked-safe-outside-markup
    mark_safe("<b>" + name)
    # ruleid: marked-safe-outside-markup
    SafeString(f"<b>{name}</b>")
    # ok: marked-safe-outside-markup
    SafeString(" data-ago")


def queries(cursor, name):
    # ruleid: sql-from-pieces
    cursor.execute("SELECT '%s'" % name)
    # ok: sql-from-pieces
    cursor.execute("SELECT %s", [name])


# ruleid: head-is-refused
@require_GET
def old(request):
    pass


# ok: head-is-refused
@require_safe
def new(request):
    pass


# ruleid: unsafe-exemption
@csrf_exempt
def open_door(request):
    pass
