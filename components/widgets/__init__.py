"""Controls used on more than one page."""
