"""Put the world of the leak crawl into a running installation: `manage.py shell -c "…served.main()"` prints it."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client

from tests.leaks.world import world_build

MARK = "world: "


@dataclass(frozen=True)
class ServedWorld:
    """The values that rows of the table name, and the session of each persona but the visitor."""

    values: dict[str, Any]
    sessions: dict[str, str]

    @classmethod
    def read(cls, printed: str) -> "ServedWorld":
        """Return what `main` printed, whatever else stands around it."""
        line = next(line for line in printed.splitlines() if line.startswith(MARK))
        return cls(**json.loads(line.removeprefix(MARK)))


def main() -> None:
    """Build the world, sign everybody in, print both."""
    world = world_build()
    sessions = {name: session_of(member) for name, member in world.personas.items() if member is not None}
    print(MARK + json.dumps({"values": world.values, "sessions": sessions}))  # noqa: T201 read by the journeys


def session_of(member: Any) -> str:
    """Return the session of a member who has just signed in."""
    client = Client()
    client.force_login(member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
