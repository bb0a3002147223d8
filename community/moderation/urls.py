"""Pages of moderation."""

from django.urls import path

from community.moderation import views

app_name = "moderation"

urlpatterns = [
    path("report/<str:kind>/<int:subject_id>/", views.flag_create, name="flag_create"),
    path("reports/", views.flag_list, name="flag_list"),
    path("staff/moderation/", views.queue, name="queue"),
    path("staff/moderation/<int:review_id>/", views.review, name="review"),
    path("staff/moderation/<int:review_id>/decide/", views.review_decide, name="review_decide"),
    path("staff/moderation/undo/", views.decision_undo, name="decision_undo"),
    path("staff/moderation/wave/<str:key>/", views.wave, name="wave"),
    path("staff/moderation/log/", views.log, name="log"),
    path("staff/moderation/rules/", views.rules, name="rules"),
    path("staff/moderation/members/<str:handle>/", views.member, name="member"),
]
