"""Pages of the knowledge base and the blog: HTTP in, HTTP out."""
