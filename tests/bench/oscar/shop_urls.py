"""The shop's addresses and its WSGI application."""

import os

import django
from django.apps import apps
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_settings")
if not apps.ready:
    django.setup()

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
application = get_wsgi_application()
