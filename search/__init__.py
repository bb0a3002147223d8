"""Search: one SearchDocument per findable thing. Arrives with its own release; nothing is built here yet."""
