"""What changes notices and choices. Handlers and jobs own the transaction where a docstring says so."""
