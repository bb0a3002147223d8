"""The engine: what stands between the work tables and a connector. Reading order: session, packing, pushing."""
