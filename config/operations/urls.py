from django.urls import path

from config.operations import views

app_name = "operations"

# /operations/
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("run-again/", views.run_jobs_again, name="run-all-again"),
    path("<int:pk>/run-again/", views.run_job_again, name="run-again"),
    path("<int:pk>/forget/", views.forget_job, name="forget"),
]
