"""Pages about the API, and of tokens."""

from django.urls import path

from community.api import views

app_name = "api"

urlpatterns = [
    path("developers/", views.reference, name="reference"),
    path("settings/tokens/", views.token_list, name="token_list"),
    path("settings/tokens/<int:token_id>/revoke/", views.token_revoke, name="token_revoke"),
    path("staff/tokens/", views.application_list, name="application_list"),
    path("staff/tokens/<int:token_id>/revoke/", views.application_revoke, name="application_revoke"),
]
