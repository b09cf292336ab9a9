"""`python -m tests.provider`: makes the database and serves. Told by variables: PROVIDER_PORT, …_DATABASE, …_CLIENT
(its id), …_SECRET and …_CALLBACK."""

import os

import django
from django.core.management import call_command
from django.core.servers.basehttp import WSGIServer, run

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.provider.settings"
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402  # needs Django to be set up
from oauth2_provider.models import Application  # noqa: E402  # as above

call_command("migrate", verbosity=0)
Application.objects.create(
    name="VP-portalen",
    client_id=os.environ["PROVIDER_CLIENT"],
    client_secret=os.environ["PROVIDER_SECRET"],
    client_type=Application.CLIENT_CONFIDENTIAL,
    authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    redirect_uris=os.environ["PROVIDER_CALLBACK"],
    algorithm=Application.RS256_ALGORITHM,
)
run("127.0.0.1", int(os.environ["PROVIDER_PORT"]), get_wsgi_application(), threading=True, server_cls=WSGIServer)
