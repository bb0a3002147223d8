"""What the pages of ideas read."""
