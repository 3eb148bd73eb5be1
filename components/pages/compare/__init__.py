"""Sections of the Compare page, in the order in which they stand on it."""
