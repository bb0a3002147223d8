"""The default engine: tantivy, in the process, its files in VAR_DIR."""
