"""What only the API refuses."""

from community.core.errors import DomainError


class TokenNeeded(DomainError):
    """Nobody known asks, or the token is not in use; answered as 401."""
