"""Every address of the product; pages carry their language as a prefix (`/es/…`)."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from community.core.views import media

urlpatterns = [
    path("media/<slug:purpose>/<int:owner_id>/<str:name>", media, name="media"),
    path("cms/", include(wagtailadmin_urls)),
]

urlpatterns += i18n_patterns(
    path("accounts/", include("allauth.urls")),
    path("", include("community.reputation.urls")),
    path("", include("community.members.urls")),
    prefix_default_language=False,
)
