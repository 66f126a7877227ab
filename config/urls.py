"""Every address of the application. ``tests/access`` holds a row for each."""

from django.urls import include, path, register_converter

from config.operations.views import health
from teams.converters import TeamConverter
from teams.views.home import account, home, preferences
from teams.views.invitations import invitation

register_converter(TeamConverter, "team")

handler400 = "config.failing.bad_request"
handler404 = "config.failing.not_found"
handler500 = "config.failing.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("health/", health, name="health"),
    path("account/", account, name="account"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("config.api.urls")),
    path("invitations/<str:token>/", invitation, name="invitation"),
    path("operations/", include("config.operations.urls")),
    path("preferences/", preferences, name="preferences"),
    path("teams/", include("teams.urls")),
    path("teams/<team:team>/", include("metrics.urls")),
    path("teams/<team:team>/", include("sales.urls")),
]
