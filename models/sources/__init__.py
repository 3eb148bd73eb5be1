"""Where a space comes from."""
