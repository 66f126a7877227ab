from django.urls import path

from metrics.api import views

# /api/v1/
urlpatterns = [
    path("metrics/", views.MetricsView.as_view(), name="metrics"),
    path("metrics/<slug:slug>/", views.MetricView.as_view(), name="metric"),
    path("metrics/<slug:slug>/rows/", views.RowsView.as_view(), name="rows"),
]
