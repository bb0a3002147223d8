from django.urls import include, path
from community.urls import urlpatterns as base

v = lambda r, **k: None
urlpatterns = base + [
    path(
        "",
        include(
            (
                [
                    path("t/<int:topic_id>/<slug>/", v, name="topic"),
                    path("p/<int:post_id>/", v, name="post"),
                    path("c/<slug>/", v, name="category"),
                ],
                "forums",
            )
        ),
    )
]
