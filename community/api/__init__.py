"""The public API: tokens, how requests are answered, paging; each app brings its operations in its own `api.py`."""
