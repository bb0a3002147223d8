"""The servers the acceptance suite runs on."""

from tests.servers.tryton import tryton

__all__ = ["tryton"]
