from django.urls import path

from teams.views import hours, keys, people, people_files, structure, webhooks
from teams.views.home import switch

app_name = "teams"

# /teams/
urlpatterns = [
    path("", switch, name="switch"),
    path("<team:team>/keys/", keys.keys, name="keys"),
    path("<team:team>/keys/new/", keys.new_key, name="new-key"),
    path("<team:team>/keys/<int:pk>/revoke/", keys.revoke, name="revoke-key"),
    path("<team:team>/people/", people.people, name="people"),
    path("<team:team>/people/new/", people.new_person, name="new-person"),
    path("<team:team>/people/in/", people_files.people_in, name="people-in"),
    path(
        "<team:team>/people/in/confirm/", people_files.people_in_confirm, name="people-in-confirm"
    ),
    path("<team:team>/people/example.csv", people_files.people_example, name="people-example"),
    path("<team:team>/people/people.csv", people_files.people_out, name="people-out"),
    path("<team:team>/people/<int:pk>/", people.person, name="person"),
    path("<team:team>/people/<int:pk>/edit/", people.edit_person, name="edit-person"),
    path("<team:team>/people/<int:pk>/join/", people.join_team, name="join-team"),
    path(
        "<team:team>/people/<int:pk>/memberships/<int:membership>/",
        people.change_membership,
        name="change-membership",
    ),
    path(
        "<team:team>/people/<int:pk>/memberships/<int:membership>/end/",
        people.end_membership,
        name="end-membership",
    ),
    path(
        "<team:team>/people/<int:pk>/memberships/<int:membership>/days/",
        people.correct_membership,
        name="correct-membership",
    ),
    path("<team:team>/people/<int:pk>/hours/", people.person_hours, name="person-hours"),
    path("<team:team>/people/<int:pk>/leave/", people.take_leave, name="take-leave"),
    path(
        "<team:team>/people/<int:pk>/leave/<int:leave>/cancel/",
        people.cancel_leave,
        name="cancel-leave",
    ),
    path("<team:team>/people/<int:pk>/<slug:act>/", people.act_on_person, name="act-on-person"),
    path("<team:team>/structure/", structure.structure, name="structure"),
    path("<team:team>/structure/<slug:slug>/", structure.edit_team, name="edit-team"),
    path("<team:team>/structure/<slug:slug>/new/", structure.new_team, name="new-team"),
    path("<team:team>/structure/<slug:slug>/hours/", hours.team_hours, name="team-hours"),
    path("<team:team>/structure/<slug:slug>/move/", structure.move_team, name="move-team"),
    path("<team:team>/structure/<slug:slug>/merge/", structure.merge_team, name="merge-team"),
    path("<team:team>/settings/", structure.settings, name="settings"),
    path("<team:team>/settings/hours/", hours.hours, name="hours"),
    path("<team:team>/settings/hours/new/", hours.new_hours, name="new-hours"),
    path("<team:team>/settings/hours/<int:pk>/", hours.edit_hours, name="edit-hours"),
    path("<team:team>/settings/hours/<int:pk>/remove/", hours.remove_hours, name="remove-hours"),
    path("<team:team>/webhooks/", webhooks.webhooks, name="webhooks"),
    path("<team:team>/webhooks/new/", webhooks.new_webhook, name="new-webhook"),
    path("<team:team>/webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("<team:team>/webhooks/<int:pk>/change/", webhooks.change, name="change-webhook"),
    path("<team:team>/webhooks/<int:pk>/secret/", webhooks.new_secret, name="new-webhook-secret"),
    path(
        "<team:team>/webhooks/<int:pk>/messages/<int:message>/again/",
        webhooks.again,
        name="send-webhook-again",
    ),
    path("<team:team>/webhooks/<int:pk>/<slug:act>/", webhooks.act, name="act-on-webhook"),
]
