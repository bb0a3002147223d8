"""Pages of search."""

from django.urls import path

from search import views

app_name = "search"

urlpatterns = [
    path("search/", views.results, name="results"),
    path("search/instant/", views.instant_list, name="instant"),
    path("search/opened/", views.opened, name="opened"),
    path("search/similar/", views.similar_list, name="similar"),
    path("search/answered/", views.answered, name="answered"),
    path("search/answered/<str:thing>/", views.answered_thanks, name="answered_thanks"),
]
