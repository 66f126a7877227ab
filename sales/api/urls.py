from django.urls import path

from sales.api import hooks, views

# /api/v1/
urlpatterns = [
    path("activities/", views.ActivitiesView.as_view(), name="activities"),
    path("hooks/<uuid:address>/", hooks.HookView.as_view(), name="hook"),
    path("lead-assignments/", views.LeadAssignmentsView.as_view(), name="lead-assignments"),
    path("leads/", views.LeadsView.as_view(), name="leads"),
    path("opportunities/", views.OpportunitiesView.as_view(), name="opportunities"),
    path("stage-events/", views.StageEventsView.as_view(), name="stage-events"),
]
