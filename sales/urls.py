from django.urls import path

from sales.views import connections, imports, leads, opportunities

app_name = "sales"

# /teams/<team>/
urlpatterns = [
    path("connections/", connections.connections, name="connections"),
    path("connections/new/", connections.new_connection, name="new-connection"),
    path("connections/rejected/", connections.rejected_rows, name="rejected-rows"),
    path(
        "connections/rejected/rejected.csv", connections.rejected_rows_csv, name="rejected-rows-csv"
    ),
    path("connections/<int:pk>/", connections.connection, name="connection"),
    path(
        "connections/<int:pk>/secret/",
        connections.new_connection_secret,
        name="new-connection-secret",
    ),
    path("connections/<int:pk>/values/", connections.explain_values, name="explain-values"),
    path(
        "connections/<int:pk>/mappings/<slug:kind>/",
        connections.connection_mapping,
        name="connection-mapping",
    ),
    path(
        "connections/<int:pk>/messages/<int:message>/",
        connections.connection_message,
        name="connection-message",
    ),
    path(
        "connections/<int:pk>/do/<slug:act>/",
        connections.act_on_connection,
        name="act-on-connection",
    ),
    path("imports/", imports.imports, name="imports"),
    path("imports/imports.csv", imports.imports_csv, name="imports-csv"),
    path("imports/new/", imports.new_import, name="import-new"),
    path("imports/<int:pk>/", imports.import_run, name="import"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="import-columns"),
    path("imports/<int:pk>/stages/", imports.import_stages, name="import-stages"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import-progress"),
    path("imports/<int:pk>/errors.csv", imports.import_errors, name="import-errors"),
    path("imports/<int:pk>/mapping.toml", imports.import_mapping, name="import-mapping"),
    path("imports/<int:pk>/do/<slug:act>/", imports.act_on_import, name="act-on-import"),
    path("leads/", leads.leads, name="leads"),
    path("leads/leads.csv", leads.leads_csv, name="leads-csv"),
    path("leads/<int:pk>/", leads.lead, name="lead"),
    path("leads/<int:pk>/answers/", leads.answer_lead, name="answer-lead"),
    path(
        "leads/<int:pk>/answers/<int:answer>/take-back/",
        leads.take_back_answer,
        name="take-back-answer",
    ),
    path("opportunities/", opportunities.opportunities, name="opportunities"),
    path(
        "opportunities/opportunities.csv", opportunities.opportunities_csv, name="opportunities-csv"
    ),
    path("opportunities/<int:pk>/", opportunities.opportunity, name="opportunity"),
]
