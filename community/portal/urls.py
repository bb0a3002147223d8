"""The home page, the index of the staff pages, and what leads from one app to another."""

from django.urls import path

from community.portal import views, views_setup

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("staff/", views.staff, name="staff"),
    path("setup/", views_setup.setup, name="setup"),
    path("setup/away/", views_setup.setup_away, name="setup_away"),
    path("setup/samples/", views_setup.sample, name="sample"),
    path("setup/<slug:name>/", views_setup.setup_step, name="setup_step"),
    path("t/<int:topic_id>/article/", views.article_create, name="article_create"),
]
