"""Reads of the knowledge base."""
