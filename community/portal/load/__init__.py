"""A community of any size, to measure with: `manage.py seed_load`."""
