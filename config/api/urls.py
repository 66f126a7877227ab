from django.urls import include, path

from config.api import views

app_name = "api"

# /api/v1/
urlpatterns = [
    path("", views.reference, name="reference"),
    path("openapi.json", views.openapi, name="openapi"),
    path("", include("metrics.api.urls")),
    path("", include("sales.api.urls")),
]
