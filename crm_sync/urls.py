"""Pages of the sync; all for colleagues."""

from django.urls import path

from crm_sync import views_ideas, views_runs, views_sandbox, views_staff

app_name = "crm_sync"

urlpatterns = [
    path("staff/sync/", views_staff.connection_list, name="connection_list"),
    path("staff/sync/add/<slug:kind>/", views_staff.connection_add, name="connection_add"),
    path("staff/sync/<int:connection_id>/", views_staff.connection_detail, name="connection_detail"),
    path("staff/sync/<int:connection_id>/edit/", views_staff.connection_edit, name="connection_edit"),
    path("staff/sync/<int:connection_id>/test/", views_staff.connection_test, name="connection_test"),
    path("staff/sync/<int:connection_id>/pause/", views_staff.connection_pause, name="connection_pause"),
    path("staff/sync/<int:connection_id>/enable/", views_staff.connection_enable, name="connection_enable"),
    path("staff/sync/<int:connection_id>/rule/", views_staff.rule_edit, name="rule_edit"),
    path("staff/sync/dead/retry/", views_staff.dead_retry, name="dead_retry"),
    path("staff/sync/dead/discard/", views_staff.dead_discard, name="dead_discard"),
    path("staff/sync/runs/", views_runs.run_list, name="run_list"),
    path("staff/sync/runs/<int:run_id>/", views_runs.run_detail, name="run_detail"),
    path(
        "staff/sync/<int:connection_id>/record/<slug:kind>/<int:object_id>/",
        views_runs.record_detail,
        name="record_detail",
    ),
    path("staff/accounts/idea/<int:idea_id>/", views_ideas.idea_accounts, name="idea_accounts"),
    path("staff/sandbox-crm/", views_sandbox.sandbox, name="sandbox"),
    path("staff/sandbox-crm/case/<int:record_id>/", views_sandbox.sandbox_case, name="sandbox_case"),
    path("staff/sandbox-crm/idea/<int:record_id>/", views_sandbox.sandbox_idea, name="sandbox_idea"),
    path("staff/sandbox-crm/contact/<int:record_id>/", views_sandbox.sandbox_contact, name="sandbox_contact"),
    path(
        "staff/sandbox-crm/contact/<int:record_id>/merge/",
        views_sandbox.sandbox_contact_merge,
        name="sandbox_contact_merge",
    ),
    path(
        "staff/sandbox-crm/contact/<int:record_id>/delete/",
        views_sandbox.sandbox_contact_delete,
        name="sandbox_contact_delete",
    ),
    path("staff/sandbox-crm/account/<int:record_id>/", views_sandbox.sandbox_account, name="sandbox_account"),
    path("staff/sandbox-crm/<int:crm_id>/account/", views_sandbox.sandbox_account_new, name="sandbox_account_new"),
    path("staff/sandbox-crm/<int:crm_id>/faults/", views_sandbox.sandbox_faults_edit, name="sandbox_faults"),
]
