"""Addresses of profiles and settings."""

from django.urls import path

from community.members import views

app_name = "members"
urlpatterns = [
    path("m/<slug:handle>/", views.profile, name="profile"),
    path("invited/<str:secret>/", views.invited, name="invited"),
    path("settings/", views.settings, name="settings"),
    path("settings/picture/", views.avatar, name="avatar"),
    path("settings/privacy/", views.privacy, name="privacy"),
    path("settings/privacy/export/", views.export, name="export"),
    path("settings/privacy/erase/", views.erase, name="erase"),
    path("settings/confirm/", views.reauthenticate, name="reauthenticate"),
    path("settings/erased/", views.erased, name="erased"),
]
