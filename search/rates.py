"""How often one person may search: shared by pages and the API."""

SEARCH_RATE = "60/m"
