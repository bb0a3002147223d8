"""The CRM sync."""

CRM_RUN_RETENTION_DAYS = 14
"""How long runs with their requests and answers are kept."""
