"""The one door to environment variables, so that a bad value stops start-up with a sentence that names it."""

import os


def env(name: str, default: str) -> str:
    """Return the variable `name`, or `default` when it is unset or empty."""
    return os.environ.get(name) or default
