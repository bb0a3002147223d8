"""How pages and forms are made."""

from community.settings.environment import env

FORM_RENDERER = "community.branding.forms.PageFormRenderer"
MAINTENANCE = env("MAINTENANCE", "")
"""A sentence closes the site with it (503) to everybody but the team's sign-in; empty: open."""
