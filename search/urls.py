"""Pages of search."""

from django.urls import path

from search import views, views_staff

app_name = "search"

urlpatterns = [
    path("search/", views.results, name="results"),
    path("search/instant/", views.instant_list, name="instant"),
    path("search/opened/", views.opened, name="opened"),
    path("search/similar/", views.similar_list, name="similar"),
    path("search/answered/", views.answered, name="answered"),
    path("search/answered/<str:thing>/", views.answered_thanks, name="answered_thanks"),
    path("staff/insight/", views_staff.insight, name="insight"),
    path("staff/insight/<slug:name>/", views_staff.insight_list, name="insight_list"),
    path("staff/synonyms/", views_staff.synonyms, name="synonyms"),
    path("staff/synonyms/<int:group_id>/delete/", views_staff.synonyms_delete, name="synonyms_delete"),
]
