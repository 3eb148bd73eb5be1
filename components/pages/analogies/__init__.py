"""Sections of the Analogies page; page.py puts them in order."""
