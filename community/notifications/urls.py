"""Pages of notifications."""

from django.urls import path

from community.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.inbox, name="inbox"),
    path("notifications/bell/", views.bell, name="bell"),
    path("notifications/read/", views.read, name="read"),
    path("notifications/stop/<str:token>/", views.stop, name="stop"),
    path("settings/notifications/", views.settings, name="settings"),
    path("settings/notifications/resume/", views.resume, name="resume"),
]
