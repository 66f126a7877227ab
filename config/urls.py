"""Every address of the application. ``tests/access`` holds a row for each."""

from django.urls import include, path, register_converter

from teams.converters import TeamConverter

register_converter(TeamConverter, "team")

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("teams.urls")),
]
