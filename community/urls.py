"""Every address of the product; pages carry their language as a prefix (`/es/…`)."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from community.api.server import api_urls
from community.branding.views import favicon, icon, manifest, stylesheet
from community.core.health import ready
from community.core.views import media, outbox, outbox_html, outbox_show
from community.knowledge.cms import told
from community.portal.views_robots import robots, sitemap, sitemap_part

urlpatterns = [
    path("ready", ready, name="ready"),
    path("brand/<slug:name>.css", stylesheet, name="brand_stylesheet"),
    path("brand/icon/<int:site_id>/<slug:name>-<int:size_px>.png", icon, name="brand_icon"),
    path("brand/site.webmanifest", manifest, name="brand_manifest"),
    path("favicon.ico", favicon, name="favicon"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    re_path(r"^sitemap-(?P<kind>[a-z.]+)-(?P<number>[0-9]{1,9})\.xml$", sitemap_part, name="sitemap_part"),
    path("media/<slug:purpose>/<int:owner_id>/<str:name>", media, name="media"),
    path("api/v1/", api_urls()),
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, told))),
]

urlpatterns += i18n_patterns(
    path("dev/outbox/", outbox, name="outbox"),
    path("dev/outbox/<str:name>/", outbox_show, name="outbox_show"),
    path("dev/outbox/<str:name>/html/", outbox_html, name="outbox_html"),
    path("", include("community.portal.urls")),
    path("", include("community.branding.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("crm_sync.urls")),
    path("", include("community.reputation.urls")),
    path("", include("forums.urls")),
    path("", include("ideas.urls")),
    path("", include("community.knowledge.urls")),
    path("", include("search.urls")),
    path("", include("community.notifications.urls")),
    path("", include("community.moderation.urls")),
    path("", include("community.activity.urls")),
    path("", include("community.api.urls")),
    path("", include("community.members.urls")),
    prefix_default_language=False,
)

handler400 = "community.branding.errors.handler_400"
handler403 = "community.branding.errors.handler_403"
handler404 = "community.branding.errors.handler_404"
handler429 = "community.branding.errors.handler_429"
handler500 = "community.branding.errors.handler_500"
