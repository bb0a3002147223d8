"""Pages of reputation."""

from django.urls import path

from community.reputation import views

app_name = "reputation"

urlpatterns = [
    path("points/", views.rules, name="rules"),
    path("m/<str:handle>/points/", views.ledger, name="ledger"),
]
