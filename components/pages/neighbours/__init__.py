"""Sections of the Neighbours page; page.py puts them in order."""
