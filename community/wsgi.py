"""Django's WSGI application: every page is served by it, behind the ASGI front."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.prod")
application = get_wsgi_application()
