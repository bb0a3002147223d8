"""Importing other communities: read, check and convert rows, then hand them to the forums in batches."""
