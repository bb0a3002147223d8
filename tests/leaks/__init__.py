"""No surface shows or does what a persona may not."""
