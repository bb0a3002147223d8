"""`granian --interface wsgi bench.bare.wsgi:application`; its Python keeps to CPU_CORE as the community's does."""

import os
import threading

from django.core.wsgi import get_wsgi_application

from community.core.serving.threads import ALL_STARTED_S, do_not_displace, keep_together

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare.settings"
do_not_displace()
threading.Timer(ALL_STARTED_S, keep_together, [int(os.environ["CPU_CORE"])]).start()
application = get_wsgi_application()
