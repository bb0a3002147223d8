"""Addresses of the design system itself."""

from django.urls import path

from community.branding import views

app_name = "branding"
urlpatterns = [
    path("choose/theme/", views.theme_set, name="theme_set"),
    path("choose/language/", views.language_set, name="language_set"),
    path("staff/gallery/", views.gallery, name="gallery"),
]
