from django.urls import path

from metrics import views

app_name = "metrics"

# /teams/<team>/
urlpatterns = [
    path("", views.team_home, name="team-home"),
    path("metrics/<slug:slug>/", views.metric, name="metric"),
    path("metrics/<slug:slug>/rows.csv", views.rows_csv, name="rows-csv"),
    path("leads/waiting/", views.waiting_leads, name="waiting-leads"),
    path("me/", views.me, name="me"),
    path("reps/<int:pk>/", views.rep, name="rep"),
    path("reps/<int:pk>/metrics/<slug:slug>/", views.rep_metric, name="rep-metric"),
    path("reps/<int:pk>/metrics/<slug:slug>/rows.csv", views.rep_rows_csv, name="rep-rows-csv"),
]
