"""Pages and forms of the forums: HTTP in, HTTP out."""
