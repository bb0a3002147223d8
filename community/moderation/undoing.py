"""How long a decision can be undone; what is told to people waits that long."""

from datetime import timedelta

UNDO_WITHIN = timedelta(seconds=30)
