"""Pages of ideas, over HTTP."""
