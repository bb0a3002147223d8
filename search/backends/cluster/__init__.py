"""Server engines: bodies are built once, with `elasticsearch.dsl`; either of two clients sends them."""
