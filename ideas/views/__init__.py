"""Pages of ideas: HTTP only."""
