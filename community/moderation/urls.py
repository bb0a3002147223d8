"""Pages of moderation."""

from typing import Any

app_name = "moderation"

urlpatterns: list[Any] = []
