"""Database backends: Django's own, with what a busy single process needs on top."""
