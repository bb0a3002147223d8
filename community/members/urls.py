"""Addresses of profiles and settings."""

from django.urls import path

from community.members import views

app_name = "members"
urlpatterns = [
    path("m/<slug:handle>/", views.profile, name="profile"),
]
