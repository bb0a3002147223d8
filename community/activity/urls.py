"""The staff page of the log."""

from django.urls import path

from community.activity import views

app_name = "activity"

urlpatterns = [
    path("staff/activity/", views.overview, name="overview"),
    path("staff/activity/dead/", views.dead_settle, name="dead_settle"),
]
