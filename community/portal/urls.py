"""The home page, the index of the staff pages, and what leads from one app to another."""

from django.urls import path

from community.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("staff/", views.staff, name="staff"),
    path("t/<int:topic_id>/article/", views.article_create, name="article_create"),
]
