"""The home page and the index of the staff pages."""

from django.urls import path

from community.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("staff/", views.staff, name="staff"),
]
