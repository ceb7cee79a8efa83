import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weerbaar.settings")
application = get_wsgi_application()

from django.db import connections  # noqa: E402  what follows needs the applications

from weerbaar.operation.start import refuse_what_is_wrong  # noqa: E402

refuse_what_is_wrong()
connections.close_all()  # each thread that serves opens its own
