"""Sections of the Map page, in the order in which they stand on it."""
