"""From an empty database to a community: the one-time code, six steps, sample content."""
