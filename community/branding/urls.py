"""Addresses of the design system itself."""

from django.urls import path

from community.branding import views, views_staff

app_name = "branding"
urlpatterns = [
    path("choose/theme/", views.theme_set, name="theme_set"),
    path("choose/language/", views.language_set, name="language_set"),
    path("choose/announcement/", views.announcement_dismiss, name="announcement_dismiss"),
    path("staff/brand/", views_staff.brand, name="brand"),
    path("staff/brand/colours/", views_staff.brand_colours, name="brand_colours"),
    path("staff/brand/picture/<slug:slot>/", views_staff.brand_picture, name="brand_picture"),
    path("staff/brand/export/", views_staff.theme_export, name="theme_export"),
    path("staff/brand/preview/<slug:page>/", views_staff.brand_preview, name="brand_preview"),
    path("staff/brand/try.css", views_staff.brand_try, name="brand_try"),
    path("staff/gallery/", views.gallery, name="gallery"),
]
